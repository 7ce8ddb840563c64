"""A wrong oracle and a wrong hunter: others judged too kindly, nothing found where something is."""

from proofs_checks.faults.fault import Fault

ORACLE = "mondeq_ref/oracle/"
HUNTER = "proofs_checks/hunter/"
EDGE = (
    "tests/oracle/test_oracle.py"
    "::test_an_answer_at_the_edge_of_what_is_allowed_passes_and_one_beyond_fails",
)
TROUBLED = (
    "tests/oracle/test_oracle.py"
    "::test_raising_hanging_dying_and_returning_nonsense_fail_that_question_only",
)
GRADES = ("tests/oracle/test_grades.py",)
QUARRY = ("tests/hunter/test_quarry.py",)

FAULTS = (
    Fault(
        "the grader has a tolerance of its own",
        ORACLE + "question.py",
        "up(declared * np.maximum(1.0, sizes))))",
        "up(declared * np.maximum(1.0, sizes)) + 1e-6))",
        GRADES,
    ),
    Fault(
        "an error is a mean over the units",
        ORACLE + "question.py",
        "sizes = np.linalg.norm(rows, axis=1)",
        "sizes = np.linalg.norm(rows, axis=1) / np.sqrt(rows.shape[1])",
        EDGE,
    ),
    Fault(
        "a declared error is relative however small the answer",
        ORACLE + "question.py",
        "declared * np.maximum(1.0, sizes)",
        "declared * np.maximum(100.0, sizes)",
        EDGE,
    ),
    Fault(
        "codes may be off by one",
        ORACLE + "question.py",
        "found.append(Verdict(name, None, gap, 0.0))",
        "found.append(Verdict(name, None, gap, 1.0))",
        ("tests/oracle/test_answers.py",),
    ),
    Fault(
        "the best part of an answer is graded",
        ORACLE + "question.py",
        "return max(found, key=lambda verdict: verdict.excess)",
        "return min(found, key=lambda verdict: verdict.excess)",
        EDGE,
    ),
    Fault(
        "an implementation that raises has skipped the question",
        ORACLE + "answers.py",
        'return Refused(f"raised',
        'return Skipped(f"raised',
        TROUBLED,
    ),
    Fault(
        "an answer that cannot be read has skipped the question",
        ORACLE + "answers.py",
        "return Refused(str(error))",
        "return Skipped(str(error))",
        ("tests/oracle/test_answers.py",),
    ),
    Fault(
        "an answer may hold a NaN",
        ORACLE + "answers.py",
        "        if lost:",
        "        if lost == got.size:",
        GRADES,
    ),
    Fault(
        "no answer in time has skipped the question",
        ORACLE + "process.py",
        'return Refused(f"gave no answer',
        'return Skipped(f"gave no answer',
        TROUBLED,
    ),
    Fault(
        "twice what is allowed is allowed",
        ORACLE + "check.py",
        "if verdict.error <= verdict.allowed:",
        "if verdict.error <= 2 * verdict.allowed:",
        GRADES,
    ),
    Fault(
        "any failure is expected once one is",
        ORACLE + "check.py",
        "for f in failures if any(fnmatchcase(f.test, p) for p in expected_failures)]",
        "for f in failures if expected_failures]",
        GRADES,
    ),
    Fault(
        "an implementation that answered nothing has passed",
        ORACLE + "report.py",
        " and self.passed + len(self.expected) > 0",
        "",
        GRADES,
    ),
    Fault(
        "a failure that was expected and did not come is forgiven",
        ORACLE + "report.py",
        "return not self.failures and not self.stale",
        "return not self.failures",
        (
            "tests/oracle/test_oracle.py::test_expected_failures_are_set_aside_and_stale_ones_are_not_forgiven",
        ),
    ),
    Fault(
        "the hunter takes an undecided hypothesis for one that holds",
        HUNTER + "quarry.py",
        "holds(instance) is (Outcome.REFUTED if name == self.dropped else Outcome.PROVED)",
        "holds(instance) is not (Outcome.PROVED if name == self.dropped else Outcome.REFUTED)",
        QUARRY,
    ),
    Fault(
        "the hunter forgets what a form needs",
        HUNTER + "quarry.py",
        "return {**shared, **self.form.needs}",
        "return {**shared}",
        QUARRY,
    ),
    Fault(
        "the hunter takes a refutation by floats for one in exact arithmetic",
        HUNTER + "quarry.py",
        "return self.decided(instance, row).outcome is Outcome.REFUTED",
        "return verdict.outcome is Outcome.REFUTED",
        QUARRY,
    ),
    Fault(
        "the hunter believes the upper end of a ratio",
        HUNTER + "quarry.py",
        "np.isfinite(ratio.lo) else ratio.lo",
        "np.isfinite(ratio.lo) else ratio.hi",
        QUARRY,
    ),
    Fault(
        "the hunter climbs downhill",
        HUNTER + "ascent.py",
        "measured >= at.measured",
        "measured <= at.measured",
        ("tests/hunter/test_hunter.py::test_a_margin_in_a_plane_is_climbed_to_and_not_only_drawn",),
    ),
    Fault(
        "shrinking may lose what was found",
        HUNTER + "shrinking.py",
        "if not measured.refuted and measured.ratio < least:",
        "if measured.refuted and measured.ratio < least:",
        ("tests/hunter/test_hunter.py::test_sharp_families_are_found_without_being_told",),
    ),
)
