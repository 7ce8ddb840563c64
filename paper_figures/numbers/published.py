"""The published numbers, from data/published.json."""

from typing import Any

from mondeq_ref.instances.shipped import document

# The reason why a number differs although the protocol is the published one.
ANOTHER_OPERATOR = "another trained operator"


def published() -> dict[str, Any]:
    return document("published.json")
