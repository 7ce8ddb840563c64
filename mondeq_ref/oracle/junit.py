"""The report as JUnit XML, which continuous integration shows test by test."""

from xml.etree.ElementTree import Element, SubElement, tostring

from mondeq_ref.oracle.report import Report


def junit(report: Report, name: str) -> str:
    """The report as XML; failures with their text, passes by their number only."""
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
