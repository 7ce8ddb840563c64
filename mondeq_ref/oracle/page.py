"""The report as one page without scripts or requests, in the style of the audit's page."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mondeq_ref.oracle.report import SHOWN, Report


def page(report: Report, name: str) -> str:
    """The whole page; all text is escaped."""
    made = Environment(
        loader=PackageLoader("mondeq_ref.oracle"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((files("mondeq_ref.report") / "style.css").read_text(encoding="utf-8"))
    template = made.get_template("conform.html.j2")
    return template.render(report=report, name=name, style=style, most=SHOWN)
