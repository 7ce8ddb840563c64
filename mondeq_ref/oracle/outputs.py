"""One report in every form: text or JSON on stdout, JUnit XML and HTML in files."""

from mondeq_ref.files.atomic import write_atomically
from mondeq_ref.oracle.junit import junit
from mondeq_ref.oracle.page import page
from mondeq_ref.oracle.report import Report
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
