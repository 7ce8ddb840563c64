"""Wrong reports: exit codes that say yes, and pages that show more than is known."""

from proofs_checks.faults.fault import Fault

CLI = "mondeq_ref/cli/"
REPORT = "mondeq_ref/report/"
AUDITED = ("tests/cli/test_audit_command.py::test_the_verdict_of_the_whole_is_the_worst",)
CERTIFIED = (
    "tests/cli/test_certify_command.py"
    "::test_tampered_and_unreadable_certificates_have_their_exit_codes",
)
BAD_NEWS = ("tests/report/test_terminal.py::test_bad_news_are_words",)
SAID = ("tests/report/test_what_is_said.py",)
ANSWERS = ("tests/cli/test_exit_codes.py",)

FAULTS = (
    Fault(
        "a refuted claim exits 0",
        CLI + "audit.py",
        '"REFUTED": 1,',
        '"REFUTED": 0,',
        AUDITED,
    ),
    Fault(
        "undecided exits 0 in spite of --strict",
        CLI + "audit.py",
        'STRICT = {**EXIT, "UNDECIDED": 4}',
        "STRICT = {**EXIT}",
        AUDITED,
    ),
    Fault(
        "--strict is not looked at",
        CLI + "audit.py",
        "(STRICT if args.strict else EXIT)",
        "(EXIT if args.strict else EXIT)",
        ANSWERS,
    ),
    Fault(
        "a fault that slips through does not change the exit code",
        CLI + "audit.py",
        "return 1 if slipped and code in (0, 4) else code",
        "return code",
        ANSWERS,
    ),
    Fault(
        "a rejected certificate exits 0",
        CLI + "verify_certificate.py",
        "return 0 if checked.accepted else 1",
        "return 0 if checked.reason else 1",
        CERTIFIED,
    ),
    Fault(
        "a replay that differs exits 0",
        CLI + "replay.py",
        "return 0 if found.same else 1",
        "return 0 if found.sentence else 1",
        ("tests/cli/test_certify_command.py::test_replay_tells_same_from_different",),
    ),
    Fault(
        "audits that differ exit 0",
        CLI + "diff.py",
        "return 1 if found else 0",
        "return 0",
        ANSWERS,
    ),
    Fault(
        "an implementation that fails exits 0",
        CLI + "conform.py",
        "return 0 if report.ok else 1",
        "return 0 if report.passed else 1",
        (
            "tests/oracle/test_conform_command.py::test_a_wrong_one_fails_with_its_diagnosis_in_the_json",
        ),
    ),
    Fault(
        "a hunt that refutes a claim exits 0",
        CLI + "hunt.py",
        "return 1 if refuted else 0",
        "return 0",
        ANSWERS,
    ),
    Fault(
        "an internal error exits 0",
        CLI + "main.py",
        "\n        return INTERNAL",
        "\n        return YES",
        (
            "tests/cli/test_command_line.py"
            "::test_what_goes_wrong_inside_is_an_exit_code_and_never_an_answer",
        ),
    ),
    Fault(
        "a solver that is out of steps has succeeded",
        "mondeq_ref/solve/solution.py",
        "return self in (Status.CERTIFIED, Status.EXACT, Status.RESIDUAL_ONLY)",
        "return self not in (Status.GAVE_UP, Status.NONFINITE)",
        (
            "tests/cli/test_solve_command.py::test_a_run_that_is_cut_short_exits_1_and_is_not_called_a_divergence",
        ),
    ),
    Fault(
        "the whole is as good as its best claim",
        "proofs_checks/audit/document.py",
        'min(verdicts, key=WORST_FIRST.index, default="HOLDS")',
        'max(verdicts, key=WORST_FIRST.index, default="HOLDS")',
        AUDITED,
    ),
    Fault(
        "what is not refuted holds",
        "proofs_checks/audit/document.py",
        'sum(found.verdict == "HOLDS" for found in findings)',
        'sum(found.verdict != "REFUTED" for found in findings)',
        ("tests/cli/test_audit_command.py::test_the_sentence_names_what_does_not_hold",),
    ),
    Fault(
        "a stored case of the hunter that refutes a claim does not count",
        "proofs_checks/audit/document.py",
        'if hunted is None or hunted["verdict"] == "HOLDS":',
        'if hunted is None or hunted["verdict"] != "ERROR":',
        ("tests/hunter/test_hunted_cases.py",),
    ),
    Fault(
        "the terminal shows HOLDS unless something is refuted",
        REPORT + "terminal.py",
        'Text(claim["verdict"], style=STYLE.get(claim["verdict"], "")),',
        'Text("HOLDS" if not claim["refuted"] else claim["verdict"]),',
        BAD_NEWS,
    ),
    Fault(
        "the terminal keeps faults to itself",
        REPORT + "terminal.py",
        'for fault in claim["faults"]:',
        'for fault in claim["faults"][1:]:',
        BAD_NEWS,
    ),
    Fault(
        "the page says that what is undecided holds",
        REPORT + "html.py",
        '"UNDECIDED": ("?", "undecided", "open")',
        '"UNDECIDED": ("?", "holds", "good")',
        SAID,
    ),
    Fault(
        "the page shows an error in green",
        REPORT + "html.py",
        '"ERROR": ("!", "error", "bad")',
        '"ERROR": ("!", "error", "good")',
        SAID,
    ),
    Fault(
        "the page lets P-matrices converge",
        REPORT + "html.py",
        "if rung <= CONVERGENT:",
        "if rung <= 6:",
        SAID,
    ),
    Fault(
        "the page takes the lower end of ||dW||/m for the upper",
        REPORT + "html.py",
        "if high is not None and float(high) < 1:",
        "if low is not None and float(low) < 1:",
        SAID,
    ),
    Fault(
        "an interval is shown rounded inward",
        REPORT + "digits.py",
        "_outward(low, ROUND_FLOOR, digits), _outward(high, ROUND_CEILING, digits)",
        "_outward(low, ROUND_CEILING, digits), _outward(high, ROUND_FLOOR, digits)",
        ("tests/report/test_digits.py::test_an_interval_is_rounded_outward",),
    ),
    Fault(
        "what is next to 1 is shown as 1",
        REPORT + "digits.py",
        "if float(first) == 1 and not lo == hi == 1:",
        "if float(first) == 1 and lo == hi == 1:",
        ("tests/report/test_digits.py::test_a_number_is_shown_as",),
    ),
    Fault(
        "nearly all is shown as all",
        REPORT + "digits.py",
        'if shown == "100.00" and fraction < 1:',
        'if shown == "100.00" and fraction > 1:',
        ("tests/report/test_digits.py",),
    ),
    Fault(
        "an end that is not known is a number in the JSON",
        REPORT + "strict_json.py",
        "repr(end) if isfinite(end) else None for end in",
        "repr(end) for end in",
        ("tests/documents/test_strict_json.py",),
    ),
    Fault(
        "two audits may differ in their verdicts",
        REPORT + "difference.py",
        'frozenset({"seconds", "provenance"})',
        'frozenset({"seconds", "provenance", "verdict"})',
        SAID,
    ),
    Fault(
        "one and true are no difference",
        REPORT + "difference.py",
        "type(before) is not type(after) or before != after",
        "before != after",
        ("tests/report/test_difference.py::test_true_is_not_one_and_zero_is_not_false",),
    ),
    Fault(
        "an upper bound is rounded down for people",
        REPORT + "digits.py",
        "return _outward(repr(value), ROUND_CEILING, digits)",
        "return _outward(repr(value), ROUND_FLOOR, digits)",
        ("tests/report/test_digits.py",),
    ),
    Fault(
        "a share that is a bound is rounded down",
        REPORT + "digits.py",
        "_outward(str(percent), ROUND_CEILING, DIGITS)",
        "_outward(str(percent), ROUND_FLOOR, DIGITS)",
        ("tests/report/test_digits.py",),
    ),
    Fault(
        "a name in brackets is taken for a style",
        REPORT + "console.py",
        "made.add_row(*map(Text, row))",
        "made.add_row(*row)",
        ("tests/report/test_console.py",),
    ),
)
