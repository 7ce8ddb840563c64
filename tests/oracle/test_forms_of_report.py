"""One report in four forms: text, JSON, JUnit XML, HTML."""

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from mondeq_ref.arrays import InputError
from mondeq_ref.oracle import drawn
from mondeq_ref.oracle.capabilities import Direct
from mondeq_ref.oracle.check import examined
from mondeq_ref.oracle.outputs import deliver
from tests.support.wrong_quantizers import HalfUp

NAME = "half <up> & more"


class Elements(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = list[tuple[str, dict[str, str | None]]](), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def report():
    asked = {name: q for name, q in drawn(3, 5).items() if q.operation in ("quantize", "solve")}
    few = {name: q for name, q in asked.items() if "drawn-mixed" not in name}
    return examined(Direct(HalfUp()), operations=["quantize"], questions=few, seed=3)


def test_every_form_shows_the_same_grades(report, tmp_path, capsys):
    xml, html = tmp_path / "r.xml", tmp_path / "r.html"
    assert deliver(report, NAME, json=True, xml=str(xml), html=str(html)) == 1
    told = json.loads(capsys.readouterr().out)
    assert deliver(report, NAME, json=False) == 1
    text, words = capsys.readouterr().out, Elements(html.read_text()).words
    suite = ElementTree.parse(xml).getroot()
    counts = told["passed"], told["failed"], told["skipped"]
    assert min(counts) > 0
    summary = "{} passed, {} failed, {} skipped (seed 3)".format(*counts)
    assert summary in text
    assert summary in words
    assert [int(suite.get(name) or 0) for name in ("failures", "skipped")] == [*counts[1:]]
    assert len(suite.findall("testcase")) == sum(counts)
    for name in ("test", "came", "off", "diagnosis", "snippet"):
        assert all(one[name] in text or one[name] in words for one in told["failures"][:1])
        assert told["failures"][0][name] in words


def test_file_that_cannot_be_written_is_refused(report, tmp_path):
    with pytest.raises(InputError, match="cannot write"):
        deliver(report, NAME, json=False, html=str(tmp_path / "no" / "r.html"))
