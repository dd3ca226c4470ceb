"""Percentages as clients see and send them: exact decimals with four digits at most; rates within are whole millionths."""

from decimal import Decimal

from domain.refusals import Fault, InputInvalid, Refused

LARGEST = 10_000


def show_percent(rate: int) -> Decimal:
    """The percentage of a rate in millionths."""
    return Decimal(rate) / 10_000


def read_percent(percent: Decimal | None, path: tuple[str, ...]) -> int:
    """The rate in millionths, 0 where nothing is said; refused with InputInvalid when it has too many digits or is far too large."""
    if percent is None:
        return 0
    if abs(percent) > LARGEST or (scaled := percent * 10_000) != scaled.to_integral_value():
        raise Refused(InputInvalid((Fault(path, f"must be a percentage with four digits after the point at most, below {LARGEST}"),)))
    return int(scaled)
