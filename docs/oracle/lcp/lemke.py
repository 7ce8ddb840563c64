"""QuantEcon's Lemke method, judged as a solver of equilibria.

mondeq-ref conform lemke:solver --declared-error 1e-9
"""

from mondeq_ref.oracle.lcp import FromLcp


def lemke(M, q):
    from quantecon.optimize import lcp_lemke

    return lcp_lemke(M, q).z


solver = FromLcp(lemke)
