"""A quick audit, and what it leaves out: the JSON, the terminal and the page say it."""

INSTANCES = 40  # of each claim: every family twice, and every form at least once
INPUTS = 64  # of the operator that is examined


def left_out(only: str | None, *, given: bool) -> list[str]:
    """Sentences on what a quick audit does not do that the same audit without --quick does."""
    cases = f"{INSTANCES} random operators for each claim, and none of those that ship"
    if only is not None and not given:
        return [cases]
    whom = "the operator given" if given else "one of those that ship"
    return [
        cases,
        f"of {whom} the ladder with W quantized after training alone, on at most {INPUTS} inputs",
        "no figure 1, no codes chosen after training, no published statements",
    ]
