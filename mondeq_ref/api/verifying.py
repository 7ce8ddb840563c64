"""Whether a stored proof is one.  Nothing that searches, solves or quantizes is loaded, nor NumPy.

The checker itself is `mondeq_ref.certificates.check`.
"""

import os
from typing import TYPE_CHECKING, Any

from mondeq_ref.certificates.check import Checked
from mondeq_ref.certificates.check import verify as verified
from mondeq_ref.documents.encoding import read_document

if TYPE_CHECKING:
    from mondeq_ref.operator import Operator


def verify(
    certificate: str | os.PathLike[str] | dict[str, Any],
    operator: "Operator | None" = None,
    *,
    trust_size: bool = False,
) -> Checked:
    """Check a stored certificate again, with a program that shares no code with the search.

    Parameters
    ----------
    certificate : str, path or dict
        The file that `Proof.save` or `mondeq-ref certify --certificates` wrote, or its content.
    operator : Operator, optional
        The operator that the certificate must be about, or the quantized one.
    trust_size : bool, default False
        Check the certificate however many units, numbers or bits it decodes to.

    Returns
    -------
    Checked
        `accepted` says whether it is a proof, `reason` what it proves or why it is none;
        `rung` and `outcome` say what is stated; `operator` and `perturbed` are digests of W and
        W~, `inputs` counts and names inputs where there are some, `quantizer` says how W~ was
        made (None: it is given), `compared` whether the operator given is its "W" or its "W~", and
        `checked` and `unchecked` what was checked and what was not.

    Raises
    ------
    InputError
        If the file is not a certificate, or needs the operator and none is given.

    Examples
    --------
    >>> import mondeq_ref as mq, os, tempfile
    >>> layer = mq.Operator(W=[[0.5]], U=[[1.0]], b=[0.0])
    >>> path = os.path.join(tempfile.mkdtemp(), "proof.json")
    >>> mq.certify(layer, mq.quantize(layer, bits=4)).save(path)
    >>> mq.verify(path, layer).accepted
    True
    """
    if operator is not None:
        from mondeq_ref.api.arguments import layer

        layer(operator)
    if isinstance(certificate, str | os.PathLike):
        document = read_document(certificate, trust_size=trust_size)
        found = verified(document, operator, trust_size=trust_size)
        return found.in_file(os.path.basename(certificate))
    return verified(certificate, operator, trust_size=trust_size)
