"""exp, log and erfc in plain arithmetic, to 2e-14: what the compiler can do for several clients at once.

Those of `math` are calls into a library, one number at a time. For finite numbers only, log above 0; exp stays within
what a float can hold.
"""

from typing import Any

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from scipy.special import erfcx

LOG2_E, ROOT_2 = 1.4426950408889634, 1.4142135623730951
LN2 = 0.6931471805599453
LN2_HIGH = 0.693145751953125  # its first bits, so that whole multiples are exact
LN2_LOW = 1.4286068203094173e-06
LEAST, MOST = -708.0, 709.0
FAR = 6.0  # beyond it erfc is below 3e-17
MIDDLE, HALF = (1 + 2 / (2 + FAR)) / 2, (1 - 2 / (2 + FAR)) / 2  # of t = 2 / (2 + z), for z from 0 to FAR


def _coefficients() -> tuple[float, ...]:
    """ln(erfc(z) e^z2 / t) as a polynomial in (t - MIDDLE) / HALF, through the values of scipy; highest power first."""

    def value(s: Any) -> Any:
        t = MIDDLE + HALF * s
        return np.log(erfcx(2 / t - 2) / t)

    return tuple(float(one) for one in Chebyshev.interpolate(value, 22).convert(kind=Polynomial).coef[::-1])


ERFC = _coefficients()


def exp(x: Any) -> Any:
    """e^x: a power of two, written as the bits of a float, times the series for what is left."""
    x = min(max(x, LEAST), MOST)
    n = np.floor(x * LOG2_E + 0.5)
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    series = 1 + r / 8 * (1 + r / 9 * (1 + r / 10 * (1 + r / 11 * (1 + r / 12 * (1 + r / 13)))))
    series = 1 + r * (
        1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5 * (1 + r / 6 * (1 + r / 7 * series)))))
    )
    return np.int64((np.int64(n) + 1023) << 52).view(np.float64) * series


def log(x: Any) -> Any:
    """ln x: of its power of two, and of what is left, m, by the series of ln((1 + s) / (1 - s))."""
    bits = np.float64(x).view(np.int64)
    n = (bits >> 52) - 1023
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | (1023 << 52)).view(np.float64)
    if m > ROOT_2:
        m, n = 0.5 * m, n + 1
    s = (m - 1) / (m + 1)
    q = s * s
    series = 1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17 + q * (1 / 19 + q / 21))))
    series = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * series))))
    return n * LN2 + 2 * s * series


def erfc(x: Any) -> Any:
    """The complementary error function; 0 or 2 beyond FAR."""
    z = min(abs(x), FAR)
    t = 2 / (2 + z)
    s = (t - MIDDLE) / HALF
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, u, v, w, y, last = ERFC  # noqa: E741  l is a coefficient
    series = (((((((a * s + b) * s + c) * s + d) * s + e) * s + f) * s + g) * s + h) * s + i
    series = (((((((series * s + j) * s + k) * s + l) * s + m) * s + n) * s + o) * s + p) * s + q
    series = (((((series * s + r) * s + u) * s + v) * s + w) * s + y) * s + last
    tail = t * exp(series - z * z)
    return tail if x >= 0 else 2 - tail
