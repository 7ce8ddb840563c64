"""The exception for wrong arguments and unreadable files.  This module imports nothing."""


class InputError(ValueError):
    """A wrong argument or file; the message states what was wanted and what came."""
