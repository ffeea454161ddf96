"""Distributions from arguments that may be symbolic or not known (the string "?").

A distribution whose arguments are not known, or with which torch raises, has mean and std None.
"""

from __future__ import annotations

import math

from winit_lint.ir.distribution import Distribution, Kind
from winit_lint.ir.size import Number, SizeExpr, known, product, ratio, sqrt

_SQRT12 = math.sqrt(12.0)
_SQRT3 = math.sqrt(3.0)
_MIN_MASS = 1e-8  # below it the closed form of the truncated variance cancels


def number(value: object) -> Number | None:
    """``value`` where it is a number or a symbolic size (a bool counts as torch counts it), else None."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, SizeExpr):
        return value
    return value if isinstance(value, (int, float)) and math.isfinite(value) else None


def _magnitude(value: Number) -> Number:
    """The absolute value; a symbolic size counts as positive."""
    return abs(value) if isinstance(value, (int, float)) else value


def constant(value: object) -> Distribution:
    """Every entry is ``value``."""
    val = number(value)
    return Distribution(Kind.CONSTANT, val, None if val is None else 0.0)


def uniform(low: object, high: object) -> Distribution:
    """U(low, high)."""
    a, b = number(low), number(high)
    if a is None or b is None:
        return Distribution(Kind.UNIFORM)
    width = b - a
    if isinstance(width, (int, float)) and width < 0:
        return Distribution(Kind.UNIFORM)
    return Distribution(Kind.UNIFORM, (a + b) * 0.5, ratio(width, _SQRT12), a, b)


def uniform_with_std(std: Number | None) -> Distribution:
    """The zero-mean uniform of that standard deviation."""
    if std is None:
        return Distribution(Kind.UNIFORM)
    limit = _magnitude(std) * _SQRT3
    return Distribution(Kind.UNIFORM, 0.0, _magnitude(std), limit * -1, limit)


def normal(mean: object, std: object) -> Distribution:
    """N(mean, std^2)."""
    mu, sigma = number(mean), number(std)
    if mu is None or sigma is None or (isinstance(sigma, (int, float)) and sigma < 0):
        return Distribution(Kind.NORMAL)
    return Distribution(Kind.NORMAL, mu, sigma)


def truncated_normal(mean: object, std: object, low: object, high: object) -> Distribution:
    """N(mean, std^2) conditioned on [low, high], bounds absolute as in ``torch.nn.init.trunc_normal_``.

    The moments are those after truncation (Johnson, Kotz and Balakrishnan 1994, section 13.10.1); they are known
    where the bounds in units of std are.
    """
    mu, sigma, a, b = number(mean), number(std), number(low), number(high)
    if mu is None or sigma is None or a is None or b is None:
        return Distribution(Kind.TRUNCATED_NORMAL)
    if isinstance(sigma, (int, float)) and sigma <= 0:
        return Distribution(Kind.TRUNCATED_NORMAL)
    alpha, beta = known(ratio(a - mu, sigma)), known(ratio(b - mu, sigma))
    if alpha is None or beta is None:
        return Distribution(Kind.TRUNCATED_NORMAL, None, None, a, b)
    moments = _standard_truncated(alpha, beta)
    if moments is None:
        return Distribution(Kind.TRUNCATED_NORMAL, None, None, a, b)
    shift, scale = moments
    return Distribution(Kind.TRUNCATED_NORMAL, mu + sigma * shift, sigma * scale, a, b)


def _standard_truncated(alpha: float, beta: float) -> tuple[float, float] | None:
    """Mean and std of N(0, 1) on [alpha, beta]; None where too little mass is left to tell."""
    mass = 0.5 * (math.erf(beta / math.sqrt(2.0)) - math.erf(alpha / math.sqrt(2.0)))
    if mass < _MIN_MASS:
        return None
    at_low, at_high = _density(alpha), _density(beta)
    mean = (at_low - at_high) / mass
    variance = 1.0 + (alpha * at_low - beta * at_high) / mass - mean * mean
    return (mean, math.sqrt(variance)) if variance > 0 else None


def _density(x: float) -> float:
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def orthogonal(gain: object, shape: tuple[Number, ...] | None) -> Distribution:
    """A (semi-)orthogonal matrix times ``gain``: E w^2 = gain^2 / max(rows, columns)."""
    factor = number(gain)
    if factor is None:
        return Distribution(Kind.ORTHOGONAL)
    if shape is None or len(shape) < 2:
        return Distribution(Kind.ORTHOGONAL, 0.0)
    longest = larger(shape[0], product(shape[1:]))
    if longest is None or longest == 0:
        return Distribution(Kind.ORTHOGONAL, 0.0)
    return Distribution(Kind.ORTHOGONAL, 0.0, ratio(_magnitude(factor), sqrt(longest)))


def larger(left: Number, right: Number) -> Number | None:
    """The larger of two sizes, None where that depends on the symbols. A symbolic size is at least 1."""
    if right == 0 or (right == 1 and left != 0):
        return left
    if left in {0, 1}:
        return right
    quotient = known(ratio(left, right))
    if quotient is None:
        return None
    return left if quotient >= 1 else right


def ones_among(share: Number | None) -> Distribution:
    """Entries that are 1 for the given share and 0 otherwise: identity matrices, Dirac kernels."""
    if share is None:
        return Distribution(Kind.EYE)
    return Distribution(Kind.EYE, share, sqrt(share + (share * share) * -1))


def sparse(sparsity: object, std: object, rows: Number | None) -> Distribution:
    """N(0, std^2) with ``ceil(sparsity * rows)`` entries of each column set to zero."""
    part, sigma = number(sparsity), number(std)
    if part is None or sigma is None or (isinstance(sigma, (int, float)) and sigma < 0):
        return Distribution(Kind.SPARSE)
    if not isinstance(part, (int, float)) or not isinstance(rows, int) or rows == 0:
        return Distribution(Kind.SPARSE, 0.0)
    kept = max(0.0, 1.0 - math.ceil(part * rows) / rows)
    return Distribution(Kind.SPARSE, 0.0, sigma * math.sqrt(kept))


def integers(low: object, high: object) -> Distribution:
    """Uniform over the integers low, ..., high - 1."""
    a, b = known(low), known(high)
    if a is None or b is None or b <= a:
        return Distribution(Kind.MOMENTS)
    return Distribution(Kind.MOMENTS, (a + b - 1) / 2, math.sqrt(((b - a) ** 2 - 1) / 12), a, b - 1)


def evenly_spaced(start: object, end: object, count: object) -> Distribution:
    """``count`` points from ``start`` to ``end``, both included."""
    a, b, n = known(start), known(end), known(count)
    if a is None or b is None or n is None or n < 1:
        return Distribution(Kind.MOMENTS)
    if n == 1:
        return Distribution(Kind.MOMENTS, a, 0.0)
    return Distribution(Kind.MOMENTS, (a + b) / 2, abs(b - a) * math.sqrt((n + 1) / (12 * (n - 1))))


def known_moments(mean: float, std: float) -> Distribution:
    """A distribution of which only the moments matter."""
    return Distribution(Kind.MOMENTS, mean, std)
