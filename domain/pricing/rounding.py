"""Rounding and sharing whole amounts: half away from nothing, and by largest remainder."""

from collections.abc import Sequence

MILLION = 1_000_000
"""Rates are whole millionths: 19 % is 190,000 and 8.875 % is 88,750. Also called basis points of a percent."""


def half_up(dividend: int, divisor: int) -> int:
    """The quotient rounded to the nearest whole number, a half upwards; neither is negative, and the divisor is not zero."""
    return (2 * dividend + divisor) // (2 * divisor)


def share_of(amount: int, rate: int) -> int:
    """So many millionths of an amount in minor units, half up."""
    return half_up(amount * rate, MILLION)


def apportioned(amount: int, weights: Sequence[int]) -> list[int]:
    """The amount shared out in proportion to the weights, each share within one of its exact part; the shares add up to the amount.

    Everybody gets the whole part; what is left goes one by one to the largest remainders, among equals to the larger weight and then to
    the first. Where all weights are zero, nobody gets anything.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [divmod(amount * each, whole) for each in weights]
    shares = [part for part, _ in parts]
    ranked = sorted(range(len(weights)), key=lambda at: (-parts[at][1], -weights[at], at))
    for at in ranked[: amount - sum(shares)]:
        shares[at] += 1
    return shares
