"""A descent on codes that makes ||E||_2 smaller than a limit, E = W~ - W, and then a loss small.

    f(E) = -log det(theta I - E'E)

is finite while ||E||_2^2 < theta, and infinite at that norm.  As a function of one row e of E it is

    f = -log(1 - e'P e) + a constant,    P = (theta I - the other rows' share of E'E)^-1,       (1)

so that the price of every change of one code, and of two codes of a row, follows exactly from P e
and P alone, and P follows from row to row by updates of rank one.  A sweep goes through the rows
and makes the best changes of each until none lowers the price.  Then t and s take the values that
are best for these codes: the price is convex in both.

First theta is a little above the square of the norm itself, which shrinks it.  Once it is below
the limit, theta is the square of the limit, and the price becomes f plus a growing multiple of the
loss (an interior-point method, whose points are codes).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mondeq_ref.arrays import Matrix, Vector
from mondeq_ref.quantize.descent import Choice, Descent, Loss

ROOM = (0.05, 0.001)  # between the norm and the root of theta, in units of the norm: first, last
ENOUGH = 0.96  # of the limit: a smaller norm leaves the loss room to fall
WEIGHTS = (0.1, 1e3)  # of the loss, in units of n over itself: first, last
NEGLIGIBLE = 1e-9  # moves that lower the price less are not made
NEWTON_STEPS = 3  # of t and s after a sweep
HALVINGS = 20


@dataclass(eq=False)
class NormDescent(Descent):
    """A descent below a limit of the norm."""

    limit: float

    def now(self) -> Choice:
        return self.choice(float(np.linalg.norm(self.E, 2)), self.limit)

    def shrink(self, sweeps: int) -> Iterator[Choice]:
        """The choices of a descent on the norm, until the norm is below ENOUGH of the limit."""
        for room in np.geomspace(*ROOM, sweeps):
            found = self.now()
            yield found
            if found.value < ENOUGH * self.limit or found.value == 0:
                return
            theta = (found.value * (1 + room)) ** 2
            self.sweep(theta, 0.0)
            self.refit(theta, 0.0)
        yield self.now()

    def settle(self, sweeps: int) -> Iterator[Choice]:
        """The choices of a descent on the loss, from a norm below the limit."""
        theta = self.limit**2
        for weight in np.geomspace(*WEIGHTS, sweeps):
            found = self.now()
            yield found
            if not (found.kept and found.loss > 0):
                return
            weight *= len(self.W) / found.loss
            self.sweep(theta, weight)
            self.refit(theta, weight)
        yield self.now()

    @np.errstate(divide="ignore")
    def sweep(self, theta: float, weight: float) -> None:
        """Improve the rows one after the other.

        A = (theta I - E'E)^-1, and with v = A e the P of the row e is A - v v'/(1 + e'v)."""
        n, E, (P, S) = len(self.W), self.E, (self.loss.P, self.loss.S)
        A, plain, changed = _inverse(theta, E), self.loss.plain, np.empty_like(E)
        for i in range(n):
            e, image = E[i].copy(), A @ E[i]
            share = image / (1 + e @ image)
            slope = 2 * weight * (e if plain else P[i] @ E @ S)
            bend = weight * P[i, i] * S
            if self.improve(i, e, (A, image, share), slope, bend):
                E[i] = e
                A -= np.multiply(image[:, None], share, out=changed)
                image = A @ e
                A += np.multiply(image[:, None], image / (1 - e @ image), out=changed)

    def improve(
        self, i: int, e: Vector, P: tuple[Matrix, Vector, Vector], slope: Vector, bend: Matrix
    ) -> bool:
        """Make the best single changes of row i, and of `e`, until none lowers the price; whether
        there was one.

        When d is added to e_j, the loss changes by d slope_j + d^2 bend_jj, and slope by
        2 d bend_j.  P is given by A, v and v/(1 + e'v), which is P e."""
        codes, s, h = self.codes[i], self.step, self.spacing
        reach, n = self.quantizer.greatest_code, len(e)
        A, v, share = P
        diagonal = np.diagonal(A) - v * share
        image = share
        squares, bent = h * h * s * s * diagonal, h * h * s * s * np.diagonal(bend)
        left = 1.0 - float(e @ image)
        beyond = np.array([codes + h > reach, codes - h < -reach])
        price = np.empty((2, n))  # of a move up, and of one down
        for moves in range(4 * n):
            rest, turn = 1 - squares / left, (2 * h * s / left) * image
            np.subtract(rest, turn, out=price[0])
            np.add(rest, turn, out=price[1])
            np.maximum(price, 0, out=price)
            np.log(price, out=price)  # minus infinity where the norm would be too large
            np.subtract(bent, price, out=price)
            gain = h * s * slope
            price[0] += gain
            price[1] -= gain
            np.copyto(price, np.inf, where=beyond)
            way, j = divmod(int(price.argmin()), n)
            if not price[way, j] < -NEGLIGIBLE:
                return moves > 0
            moved = -h if way else h
            codes[j] += moved
            beyond[:, j] = codes[j] + h > reach, codes[j] - h < -reach
            e[j] += moved * s
            image = image + moved * s * (A[j] - v[j] * share)
            slope = slope + 2 * moved * s * bend[j]
            left = 1.0 - float(e @ image)
        return True

    def refit(self, theta: float, weight: float) -> None:
        """Improve s and t by Newton's method on the price, which is convex in both."""
        D = (self.codes, np.eye(len(self.W)))
        for _ in range(NEWTON_STEPS):
            E = self.E
            slope, bend = _derivatives(self.loss, theta, weight, E, D)
            move = np.linalg.lstsq(bend, -slope, rcond=None)[0]
            price = self._price(theta, weight, E)
            for _ in range(HALVINGS):
                changed = E + move[0] * D[0] + move[1] * D[1]
                if self.step + move[0] > 0 and self._price(theta, weight, changed) < price:
                    self.step += float(move[0])
                    self.offset += float(move[1])
                    break
                move = move / 2
            else:
                return

    def _price(self, theta: float, weight: float, E: Matrix) -> float:
        try:
            R = np.linalg.cholesky(theta * np.eye(len(E)) - E.T @ E)
        except np.linalg.LinAlgError:  # ||E||^2 >= theta
            return np.inf
        return weight * self.loss(E) - 2 * float(np.log(np.diagonal(R)).sum())


def _inverse(theta: float, E: Matrix) -> Matrix:
    found = np.linalg.inv(theta * np.eye(len(E)) - E.T @ E)
    return np.asarray(found, dtype=np.float64)


def _derivatives(
    loss: Loss, theta: float, weight: float, E: Matrix, D: tuple[Matrix, Matrix]
) -> tuple[Vector, Matrix]:
    """The gradient and the second derivatives of the price along the two directions."""
    A = _inverse(theta, E)
    weighed = weight * loss.weighed(E)
    Y = [E.T @ d for d in D]
    slope = np.array([2 * np.sum((weighed + E @ A) * d) for d in D])
    bend = np.zeros((2, 2))
    for a in range(2):
        pulled = weight * loss.weighed(D[a]) + D[a] @ A
        turned = A @ (Y[a] + Y[a].T) @ A
        for b in range(2):
            bend[a, b] = 2 * np.sum(pulled * D[b]) + 2 * np.sum(turned * Y[b])
    return slope, bend
