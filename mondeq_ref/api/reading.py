"""`explain`: the claims of the paper as text."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mondeq_ref.api.arguments import instance
from mondeq_ref.arrays import InputError


@dataclass(frozen=True, repr=False)
class Explanation:
    """A claim of the paper.  Printing it shows the statement, the hypotheses and the proof.

    Attributes
    ----------
    claim : str
        Its name.
    facts : dict
        Sentence, source, hypotheses, inequalities and proof, as `explain --json` prints them.
    """

    claim: str
    facts: dict[str, Any]
    text: str

    def __repr__(self) -> str:
        return f"Explanation({self.claim}: {self.facts['sentence']})"

    def __str__(self) -> str:
        return self.text


def explain(claim: str) -> Explanation:
    """Statement, hypotheses, inequalities and proof of a claim of the paper.

    Parameters
    ----------
    claim : str
        Its name, as `mondeq-ref audit --list` prints it.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        If there is no claim of that name.

    Examples
    --------
    >>> import mondeq_ref as mq
    >>> print(str(mq.explain("displacement")).splitlines()[0][:13])
    displacement:
    """
    # Imported by name, because the claims import this library.
    if find_spec("proofs_checks") is None:
        raise InputError("the claims are in the package proofs_checks, which is not installed")
    facts, text = import_module("proofs_checks.commands.explain").explained(
        instance("claim", claim, str)
    )
    return Explanation(claim, facts, text)
