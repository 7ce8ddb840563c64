"""One thread for all: matrices of eight units gain nothing from more.  The vectors, read once."""

import pytest
from threadpoolctl import threadpool_limits

from mondeq_ref.oracle import vectors
from mondeq_ref.oracle.question import Question


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def questions() -> dict[str, Question]:
    """The vectors by name; a file that draws its questions has a fixture of its own."""
    return vectors.read()
