"""Why checks stay that notice no planted fault alone: one sentence each."""

KEPT: dict[str, str] = {}
