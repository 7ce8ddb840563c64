"""A wrong audit: verdicts, hypotheses, witnesses, findings, and the hunter.

A wrong judge cannot judge itself: tests are asked.
"""

from proofs_checks.faults.fault import Fault

VERDICT = "mondeq_ref/rigor/verdict.py"
AUDIT = "proofs_checks/audit/judge.py"
FINDINGS = "proofs_checks/audit/findings.py"
RUN = "proofs_checks/audit/run.py"
WITNESSES = "proofs_checks/audit/witnesses.py"
CAN_FAIL = "tests/audit/test_the_audit_can_fail.py"
VERDICTS = ("tests/rigor/test_verdict.py",)
JUDGES = ("tests/audit/test_judges.py",)

FAULTS = (
    Fault(
        "lo and hi are swapped in a comparison, so that undecided is proved",
        VERDICT,
        "if lhs.hi <= rhs.lo:",
        "if lhs.lo <= rhs.hi:",
        VERDICTS,
    ),
    Fault(
        "error bars that touch refute",
        VERDICT,
        "if lhs.lo > rhs.hi:",
        "if lhs.lo >= rhs.hi:",
        VERDICTS,
    ),
    Fault(
        "equal is less",
        VERDICT,
        "if lhs.hi < rhs.lo:",
        "if not lhs.hi > rhs.lo:",
        VERDICTS,
    ),
    Fault(
        "squares are shown as the sides",
        VERDICT,
        "roots = Enclosure.of(lhs).sqrt(), Enclosure.of(rhs).sqrt()",
        "roots = Enclosure.of(lhs), Enclosure.of(rhs)",
        VERDICTS,
    ),
    Fault(
        "the better gap is not looked at",
        VERDICT,
        "at_most(self.lhs, self.rhs) if self.gap is None else at_most(ZERO, self.gap)",
        "at_most(self.lhs, self.rhs)",
        VERDICTS,
    ),
    Fault(
        "equal enclosures are equal numbers",
        VERDICT,
        "return self.gap == ZERO",
        "return self.lhs == self.rhs",
        VERDICTS,
    ),
    Fault(
        "all hypotheses but the first are dropped",
        AUDIT,
        "for holds in predicates.values():",
        "for holds in list(predicates.values())[:1]:",
        JUDGES,
    ),
    Fault(
        "forms drop the hypotheses of their claim",
        AUDIT,
        "met = own if form.alone else _and(shared, own)",
        "met = own",
        (CAN_FAIL + "::test_the_claim_that_is_spoiled_below_holds",),
    ),
    Fault(
        "an exception is taken as a pass",
        AUDIT,
        'yield Failure(f"instance {index}", f"{type(error).__name__}: {error}")',
        "continue",
        (CAN_FAIL + "::test_an_exception_in_one_instance_is_not_outvoted",),
    ),
    Fault(
        "what exact arithmetic says is not listened to",
        AUDIT,
        "verdict = form.escalate(drawn, row)",
        "form.escalate(drawn, row)",
        (
            CAN_FAIL
            + "::test_overlapping_error_bars_are_undecided_and_exact_arithmetic_decides_them",
        ),
    ),
    Fault(
        "an undecided hypothesis counts as met",
        AUDIT,
        "(Outcome.REFUTED, Outcome.UNDECIDED, Outcome.PROVED)",
        "(Outcome.REFUTED, Outcome.PROVED, Outcome.UNDECIDED)",
        (
            CAN_FAIL
            + "::test_a_case_whose_hypothesis_is_undecided_is_undecided_whatever_its_conclusion",
        ),
    ),
    Fault(
        "only the first input of an instance is judged",
        AUDIT,
        "in enumerate(form.check(drawn)):",
        "in enumerate(form.check(drawn)[:1]):",
        JUDGES,
    ),
    Fault(
        "every instance has the seed of the first",
        AUDIT,
        "np.random.SeedSequence([seed, index])",
        "np.random.SeedSequence([seed])",
        JUDGES,
    ),
    Fault(
        "one family is drawn again and again",
        AUDIT,
        "[(index - len(affordable)) % len(FAMILIES)]",
        "[0]",
        JUDGES,
    ),
    Fault(
        "operators that ship are never drawn",
        AUDIT,
        "if index < len(affordable):",
        "if index < 0:",
        JUDGES,
    ),
    Fault(
        "what is wrong with witnesses does not count",
        FINDINGS,
        "problems = [*faults, *errors]",
        "problems = [*errors]",
        (CAN_FAIL + "::test_a_missing_witness_is_an_error",),
    ),
    Fault(
        "exceptions inside instances do not count",
        FINDINGS,
        "problems = [*faults, *errors]",
        "problems = [*faults]",
        (CAN_FAIL + "::test_an_exception_in_one_instance_is_not_outvoted",),
    ),
    Fault(
        "a claim holds when its published form does",
        FINDINGS,
        "_worst([form.verdict for form in forms])",
        "forms[0].verdict",
        (CAN_FAIL + "::test_a_sharper_form_that_is_refuted_refutes_the_claim",),
    ),
    Fault(
        "cases whose hypotheses are undecided are skipped",
        FINDINGS,
        "[record for record in records if record.hypotheses is not Outcome.REFUTED]",
        "[record for record in records if record.hypotheses is Outcome.PROVED]",
        (
            CAN_FAIL
            + "::test_a_case_whose_hypothesis_is_undecided_is_undecided_whatever_its_conclusion",
        ),
    ),
    Fault(
        "a form without cases holds",
        FINDINGS,
        '"UNDECIDED" if undecided or not under else "HOLDS"',
        '"UNDECIDED" if undecided else "HOLDS"',
        (CAN_FAIL + "::test_hypotheses_that_no_instance_meets_prove_nothing",),
    ),
    Fault(
        "the majority of the cases decides",
        FINDINGS,
        'verdict = "REFUTED" if refuted else',
        'verdict = "REFUTED" if 2 * refuted > len(under) else',
        (CAN_FAIL + "::test_one_refuted_case_among_many_is_enough",),
    ),
    Fault(
        "the loosest case is called the tightest",
        FINDINGS,
        "tightest = max(rated",
        "tightest = min(rated",
        (CAN_FAIL + "::test_a_claim_that_one_instance_refutes_is_refuted",),
    ),
    Fault(
        "one bound that is attained stands for all",
        FINDINGS,
        "all(known) if known else None",
        "any(known) if known else None",
        JUDGES,
    ),
    Fault(
        "a bound may be attained without one of its hypotheses",
        WITNESSES,
        "if broken(theorem, built, form):",
        "if len(broken(theorem, built, form)) > 1:",
        JUDGES,
    ),
    Fault(
        "a wide enclosure around 1 attains a bound",
        WITNESSES,
        " and ratio.width <= ATTAINED_WIDTH",
        "",
        (CAN_FAIL + "::test_a_wide_enclosure_around_one_attains_nothing",),
    ),
    Fault(
        "a witness of one hypothesis may break others too",
        WITNESSES,
        "if lost != {hypothesis}:",
        "if hypothesis not in lost:",
        (CAN_FAIL + "::test_a_witness_that_breaks_more_or_something_else_is_an_error",),
    ),
    Fault(
        "an undecided witness shows that a hypothesis is needed",
        WITNESSES,
        "if verdict.outcome is not Outcome.REFUTED:",
        "if verdict.outcome is Outcome.PROVED:",
        JUDGES,
    ),
    Fault(
        "a witness that cannot be looked at is no fault",
        RUN,
        '[], [], [f"{type(error).__name__}: {error}"], []',
        "[], [], [], []",
        (CAN_FAIL + "::test_an_exception_is_an_error_and_never_a_verdict",),
    ),
    Fault(
        "the first few instances stand for all",
        RUN,
        "for start in range(0, count, CHUNK)",
        "for start in range(0, min(count, CHUNK), CHUNK)",
        (CAN_FAIL + "::test_the_claim_that_is_spoiled_below_holds",),
    ),
)
