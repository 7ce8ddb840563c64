"""The one exception for wrong arguments and unreadable files.  Loads nothing."""


class InputError(ValueError):
    """What was wanted and what came, in one sentence."""
