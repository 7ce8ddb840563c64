"""One report in every form: text or JSON on stdout, JUnit XML and HTML in files."""

from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, tostring

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.oracle.report import SHOWN, Report
from mondeq_ref.report.console import emit


def deliver(
    report: Report, name: str, *, json: bool, xml: str | None = None, html: str | None = None
) -> int:
    """Write and print the report; return the exit code, 0 where it is `ok` and 1 elsewhere."""
    if xml is not None:
        write_atomically(xml, junit(report, name).encode())
    if html is not None:
        write_atomically(html, page(report, name).encode())
    if json:
        emit(report.record())
    else:
        print(report)
    return 0 if report.ok else 1


def page(report: Report, name: str) -> str:
    """One page without scripts or requests, in the style of the audit's; all text is escaped."""
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


def junit(report: Report, name: str) -> str:
    """XML, which continuous integration shows test by test; failures with their text, passes by
    their number only."""
    total = report.passed + len(report.failures) + len(report.skipped)
    suite = Element(
        "testsuite",
        name=name or "mondeq-ref conform",
        tests=str(total),
        failures=str(len(report.failures)),
        skipped=str(len(report.skipped)),
    )
    for failure in report.failures:
        case = SubElement(suite, "testcase", classname=failure.group, name=failure.test)
        message = str(failure.diagnosis or failure.came)
        SubElement(case, "failure", message=_printable(message)).text = _printable(str(failure))
    for test, reason in report.skipped.items():
        case = SubElement(suite, "testcase", classname=test.partition("/")[0], name=test)
        SubElement(case, "skipped", message=_printable(reason))
    for group, (passed, _) in report.counts.items():
        for k in range(passed):
            SubElement(suite, "testcase", classname=group, name=f"{group} passed {k + 1}")
    return tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """The text with ? in place of the characters that XML forbids."""
    return "".join(c if c in "\n\t" or c >= " " else "?" for c in text)
