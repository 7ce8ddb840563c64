"""The published numbers, from data/published.json."""

import json
from typing import Any

from mondeq_ref.instances.shipped import data_folder

# The reason why a number differs although the protocol is the published one.
ANOTHER_OPERATOR = "another trained operator"


def published() -> dict[str, Any]:
    return json.loads((data_folder() / "published.json").read_text(encoding="utf-8"))
