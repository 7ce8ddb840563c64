"""The documentation site.  `python -m sphinx -W docs OUT` builds it without the network.

The pages about the claims are not stored: they are written into `docs/theory/` at every build,
from the docstring and the hypotheses of each file in `proofs_checks/claims/`.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE / "paper")]

import accuracy  # noqa: E402
import build  # noqa: E402

import mondeq_ref as mq  # noqa: E402
from proofs_checks.claims import NAMES  # noqa: E402

project = "mondeq_ref"
author = "The mondeq_ref authors"
project_copyright = author
release = version = mq.__version__

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
exclude_patterns = ["paper", "oracle"]
source_suffix = {".md": "markdown"}
html_theme = "pydata_sphinx_theme"
html_title = f"mondeq_ref {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": True,
    "navbar_center": [],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"**": ["globaltoc.html"]}
myst_heading_anchors = 3
autodoc_typehints = "none"  # the Parameters sections name the types
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
autosummary_generate = False  # the table links to the sections below it

OPENING = re.compile(r"^([A-Z][A-Za-z, ()-]{2,60})\.(?=\s)")
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~$^=:&\"'])")


def setup(app: Any) -> None:
    app.connect("builder-inited", write_claims)
    app.connect("source-read", fill_in)


def write_claims(app: Any) -> None:
    """One page per claim, in the order of the paper; a page is replaced only when it changes."""
    folder = HERE / "theory"
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        page, text = folder / f"{name}.md", "\n".join(claim_page(mq.explain(name).facts)) + "\n"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def fill_in(app: Any, page: str, source: list[str]) -> None:
    """The claims into the page that lists them, numbers of runs into the page of results."""
    if page == "theory":
        source[0] = source[0].replace("CLAIMS", "\n".join(f"theory/{name}" for name in NAMES))
    if page == "results":
        source[0] = build.filled(source[0], build.of_replication())
    if page == "quantize":
        source[0] = build.filled(source[0], {"safe_table": accuracy.whole_table()})


def claim_page(claim: Mapping[str, Any]) -> Iterator[str]:
    title, _, body = claim["explained"].partition("\n")
    yield f"# {plain(title.rstrip('.'))}"
    yield f"\n*In one sentence:* {plain(claim['sentence'])}.\n"
    yield f"*Source:* {plain(claim['source'])}. *File:* `proofs_checks/claims/{claim['id']}.py`."
    yield f"*In the terminal:* `mondeq-ref explain {claim['id']}`.\n"
    yield "## Statement and proof\n"
    yield from prose(body)
    yield "## What is checked\n"
    for form in claim["forms"]:
        when = f", when {', '.join(form['hypotheses'])}" if form["hypotheses"] else ""
        yield f"- **{plain(form['name'])}**{plain(when)}: {literal(form['formula'])}"
        if form["attained"]:
            yield f"  <br>Attained: {plain(form['attained'])}."
    yield "\n## Hypotheses, and what happens without each\n"
    for one in claim["hypotheses"]:
        yield f"- {literal(one['name'])}: {plain(one['needed'] or 'no witness is stored')}."
    if not claim["hypotheses"]:
        yield "The claim has no hypotheses."


def prose(text: str) -> Iterator[str]:
    """Paragraphs of a docstring; indented lines are formulas and keep their shape."""
    block: list[str] = []
    indented = False
    for line in [*text.strip("\n").splitlines(), ""]:
        if block and (not line.strip() or line.startswith("    ") != indented):
            yield from formula(block) if indented else paragraph(block)
            block = []
        if line.strip():
            indented = line.startswith("    ")
            block.append(line)


def formula(lines: list[str]) -> list[str]:
    return ["```text", *(line[4:] for line in lines), "```", ""]


def paragraph(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    opening = OPENING.match(text)
    if opening is None:
        return [plain(text), ""]
    return [f"**{plain(opening[1])}.**{plain(text[opening.end() :])}", ""]


def plain(text: str) -> str:
    """Text in which no character means anything to Markdown."""
    return MARKUP.sub(r"\\\1", text)


def literal(text: str) -> str:
    return f"`` {text} ``"
