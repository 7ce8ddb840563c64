"""The page: nothing on it that is not in the JSON, nothing in it but itself, readable by anyone."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from mondeq_ref.report.digits import percent, percent_at_most, text
from proofs_checks.report.html import OPTIONAL, page, typographic
from proofs_checks.report.verdict_marks import MARKS
from tests.support.made_up import bad, full, hostile

VOID = {"meta", "link", "br", "img"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Digits that the page's own words use: the axis, the rungs, and where the condition stands.
OWN_DIGITS = {"0", "1", "2", "0.5"}


class Page(HTMLParser):
    """Tags in order, and every piece of text with the elements around it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.texts.append((data, list(self._open)))

    @property
    def visible(self) -> str:
        hidden = {"style", "title"}
        return " ".join(t for t, around in self.texts if not hidden & {tag for tag, _ in around})


def leaves(value: Any) -> Iterator[Any]:
    """Every number and string of the JSON, and every enclosure as a whole."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
        yield from value  # names of facts are shown too
    elif isinstance(value, list):
        yield value
        for item in value:
            yield from leaves(item)
    else:
        yield value


def spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture(scope="module", params=[full, bad])
def audit(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param()


@pytest.fixture(scope="module")
def source(audit: dict[str, Any]) -> str:
    return page(audit)


def test_numbers_in_cells_are_rounded_from_the_json(audit: dict[str, Any], source: str) -> None:
    known = {spelled(leaf) for leaf in leaves(audit)}
    shown = re.findall(r'<data value="([^"]*)"[^>]*>(.*?)</data>', source)
    assert len(shown) > 500
    for value, words in shown:
        exact = value.replace("&#34;", '"')
        assert exact in known
        number = json.loads(exact)
        spellings = {text(number)} | ({percent(number)} if isinstance(number, float) else set())
        assert words in {str(typographic(spelling)) for spelling in spellings}


def drawn(audit: dict[str, Any]) -> set[str]:
    """The numbers of the pictures, as they are written there; powers of ten are their axes."""
    figure = audit["figure_1"]
    numbers = [figure["budget"], *(point["iterations"] for point in figure["points"])]
    numbers += [n for point in figure["points"] for end in point["ends"] for n in end.values()]
    numbers += [point["bits"] for entry in audit["ladder"] for point in entry["rows"]]
    shares = {
        percent_at_most(row["drift"][side])
        for entry in audit["ladder"]
        for row in entry["rows"]
        for side in ("actual", "sharper", "paper")
    }
    words = " ".join([*map(text, numbers), *shares, audit["digest"][:12]])
    return set(NUMBER.findall(words)) | {
        "0.1",
        "1",
        "10",
        "100",
        "1,000",
        "10,000",
        str(len(audit["published"])),
    }


def test_no_other_digit_is_on_the_page(audit: dict[str, Any], source: str) -> None:
    strings = " ".join(leaf for leaf in leaves(audit) if isinstance(leaf, str))
    edges = {text(edge) for edge in audit["histogram_edges"]}
    counts = {
        text(count)
        for claim in audit["claims"]
        for form in claim["forms"]
        for count in form["histogram"]
    }
    known = set(NUMBER.findall(strings)) | edges | counts | drawn(audit) | OWN_DIGITS
    for words, around in Page(source).texts:
        tags = {tag for tag, _ in around}
        if not tags & {"data", "style"}:
            assert set(NUMBER.findall(words)) <= known, words


def test_the_page_asks_for_nothing_and_runs_nothing(source: str) -> None:
    assert len(source.encode()) < 1_000_000
    parsed = Page(source)
    assert not {"script", "iframe", "object", "embed", "form", "base"} & {t for t, _ in parsed.tags}
    for tag, attributes in parsed.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "srcset"]
        for name in ("src", "href"):
            target = attributes.get(name)
            assert target is None or target.startswith(("#", "data:")), f"<{tag} {name}={target}>"
    style = source[source.index("<style>") : source.index("</style>")]
    assert not re.search(r"url\(|@import|@font-face|https?:|expression", style)
    assert "default-src 'none'" in source


def test_text_is_never_markup() -> None:
    clean, soiled = Page(page(full())), Page(page(hostile(full())))

    def shape(parsed: Page) -> list[tuple[str, list[str]]]:
        return [
            (tag, sorted(attributes)) for tag, attributes in parsed.tags if tag not in ("i", "sub")
        ]

    assert "<script>alert(1)</script>" in soiled.visible
    assert shape(clean) == shape(soiled)


@pytest.mark.parametrize(
    "png",
    [
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zz4=",
        'data:image/png;base64,AA" onerror="x',
        "https://example.org/x.png",
        "figure.png",
    ],
)
def test_a_picture_is_a_png_in_the_page_or_is_not_drawn(png: str) -> None:
    audit = full()
    audit["figures"][0]["png"] = png
    assert "img" not in {tag for tag, _ in Page(page(audit)).tags}


@pytest.mark.parametrize("empty", [None, "absent", []])
def test_a_section_without_data_is_not_drawn(empty: Any) -> None:
    audit = full()
    whole = page(audit)
    for name in OPTIONAL:
        assert name == "operators" or f'id="{name}"' in whole
        if empty == "absent":
            del audit[name]
        else:
            audit[name] = empty
    made = page(audit)
    for name in OPTIONAL:
        assert f'id="{name}"' not in made
        assert f'href="#{name}"' not in made


def test_every_verdict_is_a_word_and_a_sign_beside_its_color(
    audit: dict[str, Any], source: str
) -> None:
    visible = " ".join(Page(source).visible.split())
    for claim in audit["claims"]:
        sign, word, _ = MARKS[claim["verdict"]]
        assert f"{sign} {word}" in visible
    assert len({sign for sign, _, _ in MARKS.values()}) >= 5


def test_it_can_be_walked_by_keyboard_and_read_aloud(source: str) -> None:
    parsed = Page(source)
    tags = [tag for tag, _ in parsed.tags]
    for landmark in ("header", "main", "footer", "h1"):
        assert tags.count(landmark) == 1
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in parsed.tags:
        target = attributes.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids
        if tag == "th":
            assert attributes.get("scope") in ("col", "row", "rowgroup")
        if attributes.get("role") in ("region", "img"):
            assert attributes.get("aria-label")
        if attributes.get("role") == "region":
            assert attributes.get("tabindex") == "0"
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
        assert tag != "img" or attributes.get("alt")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert ('class="skip" href="#main"') in source
    assert 'lang="en"' in source
