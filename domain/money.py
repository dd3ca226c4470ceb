"""Money: whole minor units of one currency, never a fraction."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

# ISO 4217 currencies whose minor unit is not a hundredth; all others have two digits.
_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3,
    "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}  # fmt: skip
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, yen, fils) of an ISO 4217 currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code")

    @classmethod
    def of_major(cls, amount: Decimal, currency: str) -> Self:
        """The money for an amount in major units; raises ValueError when it has more digits than the currency."""
        minor = amount.scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{amount} has more digits than {currency} knows")
        return cls(int(minor), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units with exactly the currency's digits."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))


def exponent(currency: str) -> int:
    """How many digits the currency's minor unit has (ISO 4217: EUR 2, JPY 0, KWD 3)."""
    return _EXPONENTS.get(currency, 2)
