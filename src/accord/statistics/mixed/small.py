"""Many small matrices at once, groups along the last axis: written out, so that each step is one pass over groups."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def resolvent(square: Floats, lower: Floats) -> tuple[Floats, float]:
    """(I + S D)^-1 of each group and the sum of log|I + S D|, for S (q, q, groups) and D = L L'.

    In closed form for one and two columns, since with these nothing is lost in rounding and little time.
    """
    within = lower @ lower.T
    if len(lower) == 1:
        whole = 1.0 + within[0, 0] * square
        return 1.0 / whole, float(np.log(whole[0, 0]).sum())
    if len(lower) == 2:
        return _two(square, within)
    chol = _cholesky(np.einsum("ca,cdn,db->abn", lower, square, lower))
    turned = _forward(chol, np.repeat(lower.T[:, :, None], square.shape[2], axis=2))
    turn = -np.einsum("abn,cbn,cdn->adn", square, turned, turned)
    turn[range(len(lower)), range(len(lower))] += 1.0
    return turn, 2.0 * float(sum(np.log(row[-1]).sum() for row in chol))


def _two(square: Floats, within: Floats) -> tuple[Floats, float]:
    (a, b), (_, d) = square
    (v, c), (_, w) = within
    shared, alone = c * b, w * d
    first, last = 1.0 + (v * a + shared), 1.0 + (shared + alone)
    det = first + (shared + alone) + (v * w - c * c) * (a * d - b * b)
    turn = np.empty_like(square)
    np.divide(last, det, out=turn[0, 0])
    np.divide(first, det, out=turn[1, 1])
    np.divide(-c * a - w * b, det, out=turn[0, 1])
    np.divide(-v * b - c * d, det, out=turn[1, 0])
    return turn, float(np.log(det).sum())


def _cholesky(small: Floats) -> list[list[Floats]]:
    """Lower triangles of I + `small` (q, q, groups)."""
    size = len(small)
    lower: list[list[Floats]] = [[] for _ in range(size)]
    for a in range(size):
        for b in range(a):
            rest = small[a, b].copy()
            for c in range(b):
                rest -= lower[a][c] * lower[b][c]
            lower[a].append(rest / lower[b][b])
        rest = 1.0 + small[a, a]
        for c in range(a):
            rest -= lower[a][c] ** 2
        lower[a].append(np.sqrt(rest))
    return lower


def _forward(chol: list[list[Floats]], right: Floats) -> Floats:
    """C^-1 R over groups; overwrites `right` (q, columns, groups)."""
    for a, row in enumerate(chol):
        for b in range(a):
            right[a] -= row[b] * right[b]
        right[a] /= row[a]
    return right
