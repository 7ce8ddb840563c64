"""Data that a user would bring lies outside the project; tests that need it skip, saying so."""

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

settings.register_profile("default", derandomize=True, deadline=None)
DEFAULT = settings.get_profile("default")
settings.register_profile("unshrunk", DEFAULT, phases=(Phase.explicit, Phase.generate))
settings.load_profile("default")

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MONDEQ_SHARED", CHECKOUT.parent / "shared"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the long versions of tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--deep"):
        for item in items:
            if item.get_closest_marker("deep"):
                item.add_marker(pytest.mark.skip(reason="the long version; run with --deep"))


@pytest.fixture(scope="session")
def companion_path() -> Path:
    """The checkpoint the paper's numbers come from."""
    path = SHARED / "companion" / "mnist_mondeq_float.pt"
    if not path.exists():
        pytest.skip(f"the companion checkpoint is not at {path} (set MONDEQ_SHARED)")
    return path


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """A folder with the canonical MNIST test files."""
    path = SHARED / "mnist"
    if not (path / "t10k-images-idx3-ubyte.gz").exists():
        pytest.skip(f"MNIST is not at {path} (set MONDEQ_SHARED)")
    return path
