"""JAX with optimistix: the splitting map s -> |R s|, and gradients by the implicit function.

mondeq-ref conform solver:Layer --declared-error 1e-6
"""

import jax
import jax.numpy as jnp
import optimistix

jax.config.update("jax_enable_x64", True)
FIXED_POINT = optimistix.FixedPointIteration(rtol=1e-12, atol=1e-14)


def equilibrium(W, U, b, x):
    identity = jnp.eye(len(b))
    M, c = identity - W, U @ x + b
    alpha = 1 / jax.lax.stop_gradient(jnp.linalg.norm(M, 2))
    R = jnp.linalg.inv(identity + alpha * M)

    def mirror(s, given):
        R, c = given
        return 2 * R @ (s + alpha * c) - s

    found = optimistix.fixed_point(
        lambda s, given: jnp.abs(mirror(s, given)),
        *(FIXED_POINT, jnp.zeros_like(c), (R, c)),
        max_steps=20_000,
        throw=False,
    )
    return jax.nn.relu(mirror(found.value, (R, c)))


equilibria = jax.jit(jax.vmap(equilibrium, (None, None, None, 0)))


@jax.jit
def pulled(W, U, b, X, dZ):
    return jax.vjp(equilibria, W, U, b, X)[1](dZ)


class Layer:
    def capabilities(self):
        return {"name": "optimistix", "operations": ["solve", "gradients"]}

    def solve(self, W, U, b, X):
        return equilibria(W, U, b, X)

    def gradients(self, W, U, b, X, dZ):
        return pulled(W, U, b, X, dZ)
