"""The published numbers: every one drawn or tabulated here comes from data/published.json."""

import json
from typing import Any

from mondeq_ref.instances.shipped import data_folder

# Why a number of ours differs although the protocol is the published one.
ANOTHER_OPERATOR = "another trained operator"


def published() -> dict[str, Any]:
    return json.loads((data_folder() / "published.json").read_text(encoding="utf-8"))
