"""Why checks stay that notice no planted fault alone: one sentence each."""

KEPT: dict[str, str] = {
    "parameterization, form: as published": (
        "it is the paper's own inequality: a product whose margin misses m breaks the "
        "identity that it follows from, which is looked at entry by entry"
    ),
    "parameterization, form: float array": (
        "what rounding took from a product is measured by the same lines for quantized "
        "factors, whose float array errs with it, but the factors here are not quantized"
    ),
    "margin, form: as published": (
        "it is the paper's own inequality: its bound is the largest of three, so that "
        "whatever is wrong with a margin shows in the sharper ones too, and ||dW|| also "
        "bounds the change of L"
    ),
    "certificate, form: as published": (
        "it is the paper's own conclusion: whatever meets its hypothesis meets that of the "
        "one-sided form as well, of which the same minors and active sets are asked"
    ),
    "forward_backward, form: as published": (
        "it is the paper's own inequality, and two others together imply it: too long a step "
        "exceeds ||I - alpha M|| first, and too small an r is less than ||I - alpha M||"
    ),
    "forward_backward, form: after k steps": (
        "beside its loop, which is in the claim's file, it runs the step that Tseng's method "
        "and rounded iterates take, and the rate that is held against ||I - alpha M||"
    ),
    "peaceman_rachford, form: as published": (
        "it is the paper's own inequality; Douglas-Rachford averages the same published rate, "
        "and every rate tried that it refutes is refuted there too"
    ),
    "peaceman_rachford, form: sharper": (
        "the bound by ||K|| and ||K|| <= rho together imply it, so whatever refutes it "
        "refutes one of them; it is kept because rho is the rate that is used"
    ),
    "peaceman_rachford, form: after k steps": (
        "'sharper' and 'fixed point' imply it but for the resolvent and the reading off, and "
        "these are the same lines for Douglas-Rachford"
    ),
    "douglas_rachford, form: as published": (
        "it is what the published code says; its bound is never below that of 'sharper', and "
        "its rate before averaging is that of Peaceman-Rachford, where too small a rate shows "
        "first"
    ),
    "douglas_rachford, form: sharper": (
        "its bound is never below the one from ||K||, and a rho that is too small is less "
        "than the ||K|| of Peaceman-Rachford"
    ),
    "douglas_rachford, form: from ||K||": (
        "a ||K|| that is too small is refuted by the reflection itself, which "
        "Peaceman-Rachford takes without averaging, and a wrong average is not attained by the "
        "other forms either"
    ),
    "douglas_rachford, form: after k steps": (
        "'sharper' and 'fixed point' imply it but for the resolvent and the reading off, and "
        "these are the same lines for Peaceman-Rachford, whose bound is smaller"
    ),
    "douglas_rachford, form: fixed point": (
        "its check is that of Peaceman-Rachford, and a wrong sign in its own average, which "
        "is one line, also turns the one inactive unit that attains its rates"
    ),
    "condition, form: finite change": (
        "it is the displacement 'from z* alone' divided by ||z*||, so that a wrong formula or "
        "too weak a hypothesis shows there too"
    ),
    "backward, form: as published": (
        "it is the paper's own inequality, for any two points; the run towards lambda makes "
        "the same step, so that what breaks one breaks the other"
    ),
    "backward, form: Peaceman-Rachford": (
        "its images are what Douglas-Rachford averages, so that a wrong image or rate shows in "
        "both; it is kept because its rate is the smaller promise"
    ),
    "inexact, form: after k steps": (
        "a fixed grid is the shrinking one with g = 1 and has its bound from the same lines; "
        "it is kept because it is the case that hardware runs"
    ),
    "structured, form: as stated": (
        "it is the claim itself: a product of quantized factors whose margin misses m breaks "
        "the identity sym(I - W~) = m I + A~'A~, which is looked at entry by entry"
    ),
    "structured, form: float array": (
        "what rounding took from a product is measured by the same lines for factors as they "
        "are, whose float array errs with it, but this is the array that a quantized layer "
        "runs on"
    ),
    "structured, form: skew": (
        "it is the step of the proof that needs odd rounding: where K~ is not skew the "
        "identity fails too, and this says which of the two factors is to blame"
    ),
}
