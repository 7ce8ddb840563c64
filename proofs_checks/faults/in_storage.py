"""Wrong files: exact numbers misspelled, cases mistaken, replays that see no difference."""

from proofs_checks.faults.fault import Fault

CASE = "mondeq_ref/documents/case.py"
ENCODING = "mondeq_ref/documents/encoding.py"
REPLAY = "mondeq_ref/study/cases.py"
CASES = ("tests/documents/test_case.py",)
ENCODINGS = ("tests/documents/test_encoding.py",)

FAULTS = (
    Fault(
        "an array may hold an infinity",
        "mondeq_ref/arrays.py",
        "if not np.isfinite(array).all():",
        "if np.isnan(array).any():",
        ("tests/certify/test_distance.py::test_a_point_outside_the_orthant_is_refused",),
    ),
    Fault(
        "an exact injection lacks its bias",
        CASE,
        "return exact(self.rows) @ exact(operator.U).T + ones @ exact(operator.b).T",
        "return exact(self.rows) @ exact(operator.U).T + ones @ exact(operator.b * 0).T",
        ("tests/documents/test_case.py::test_injections_are_exact",),
    ),
    Fault(
        "a digest names whatever comes beside it",
        CASE,
        "if digest != matrix_digest(known.W) or named",
        "if not digest or named",
        ("tests/certificates/test_forged_proofs.py",),
    ),
    Fault(
        "a stored W need not be the product of its factors",
        CASE,
        "if not np.array_equal(factors.product.rounded(), W):",
        "if factors.product.shape != W.shape:",
        CASES,
    ),
    Fault(
        "nearly single precision is stored as single precision",
        ENCODING,
        "np.array_equal(single, array)",
        "np.allclose(single, array)",
        ("tests/certificates/test_certificates.py::test_certificates_verify_from_json",),
    ),
    Fault(
        "the digest depends on the order of the keys",
        ENCODING,
        "sort_keys=True",
        "sort_keys=False",
        (
            "tests/documents/test_encoding.py::test_the_digest_depends_on_content_and_not_on_spelling",
        ),
    ),
    Fault(
        "of a key that is repeated the last value counts",
        ENCODING,
        "if len(found) != len(pairs):",
        "if len(found) > len(pairs):",
        (
            "tests/documents/test_encoding.py::test_documents_that_are_not_one_json_object_are_refused",
        ),
    ),
    Fault(
        "a rational has many spellings",
        ENCODING,
        "if gcd(p, q) != 1:",
        "if q == 0:",
        ("tests/documents/test_encoding.py::test_rationals_of_another_spelling_are_refused",),
    ),
    Fault(
        "replay measures by its own radius alone",
        REPLAY,
        "reach = np.asarray(up(radius + found.radius))",
        "reach = np.asarray(up(found.radius))",
        ("tests/documents/test_case.py::test_another_answer_is_told_from_the_same_one",),
    ),
    Fault(
        "replay holds one bound of three against the displacement",
        REPLAY,
        'for upper in ("actual", "sharper", "paper"):',
        'for upper in ("actual",):',
        CASES,
    ),
    Fault(
        "replay does not ask whether a certificate was accepted",
        REPLAY,
        "return Replayed(checked.accepted,",
        "return Replayed(bool(checked.reason),",
        ("tests/study/test_replayed_certificates.py",),
    ),
    Fault(
        "the case of one instance is that of the next",
        "proofs_checks/audit/replay.py",
        "range(index, index + 1), shipped())",
        "range(index + 1, index + 2), shipped())",
        ("tests/audit/test_stored_instances.py",),
    ),
    Fault(
        "a form's outcome need not be the one that is stored",
        "proofs_checks/audit/replay.py",
        "facts(a) == facts(b) and agree",
        "facts(a)[0] == facts(b)[0] and agree",
        ("tests/audit/test_claim_replay.py",),
    ),
    Fault(
        "the last bits of what floats returned have to be those of another machine",
        "proofs_checks/audit/replay.py",
        'if form_of(subject, form["form"]).of_floats:',
        "if False:",
        (
            "tests/hunter/test_hunted_cases.py::test_what_floats_measured_is_held_to_its_outcome_alone",
        ),
    ),
)
