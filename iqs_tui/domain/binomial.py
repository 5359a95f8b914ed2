"""Exact quantiles of a binomial count, from SciPy's distribution function.

`scipy.stats` has them ready, but takes most of a second to load, which a screen of limits would wait for.
"""

from bisect import bisect_left


def quantile(probability: float, n: int, rate: float) -> int:
    """Return the smallest count that with at least this probability is not exceeded, among `n` at a rate.

    Args:
        probability: above 0, below 1.
        n: at least 0.
        rate: 0 to 1.
    """
    from scipy.special import bdtr

    return bisect_left(range(n), probability, key=lambda count: float(bdtr(count, n, rate)))
