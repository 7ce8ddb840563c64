"""Peaceman-Rachford as a fixed-point iteration in JAX: one jitted `while_loop` in float32."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from mondeq_ref.operator import Operator
from tests.benchmarks.rivals import MOST_STEPS, best_step


def peaceman_rachford(operator: Operator, X: np.ndarray, tol: float) -> Callable[[], np.ndarray]:
    """Stopped where the relative step of the whole batch is below `tol`."""
    alpha, identity = best_step(operator), np.eye(operator.n)
    resolvent = jnp.asarray(
        np.linalg.inv(identity + alpha * (identity - operator.W)).T, dtype=jnp.float32
    )
    U, b = (jnp.asarray(a, dtype=jnp.float32) for a in (operator.U, operator.b))

    @jax.jit
    def solve(x: jax.Array) -> jax.Array:
        scaled = alpha * (x @ U.T + b)

        def going(state: tuple) -> jax.Array:
            z, _, moved, steps = state
            return (moved > tol * jnp.linalg.norm(z)) & (steps < MOST_STEPS)

        def step(state: tuple) -> tuple:
            z, u, _, steps = state
            half = 2 * z - u
            u = 2 * ((half + scaled) @ resolvent) - half
            new = jnp.maximum(u, 0)
            return new, u, jnp.linalg.norm(new - z), steps + 1

        zero = jnp.zeros_like(scaled)
        return jax.lax.while_loop(going, step, (zero, zero, jnp.inf, 0))[0]

    x = jnp.asarray(X)
    return lambda: np.asarray(solve(x))
