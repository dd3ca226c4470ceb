"""Money: whole minor units of one currency, never a fraction."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Self

from domain.refusals import Faults

LARGEST_AMOUNT = 10**12
"""In minor units. Beyond it nobody prices a ticket, and sums would near the 64 bits of a BigInt."""

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


@lru_cache(maxsize=4_096)
def money_of(amount_minor: int, currency: str) -> Money:
    """The same as `Money(…)`; the prices of a programme are few and shown often, so they are kept."""
    return Money(amount_minor, currency)


def is_currency(code: str) -> bool:
    """Whether the code is one of ISO 4217's, as in 2025, that money can be in; metals, baskets and tests are not."""
    return bool(_CURRENCY.fullmatch(code)) and f" {code} " in _CURRENCIES


def check_money(faults: Faults, money: Money, path: tuple[str, ...]) -> None:
    """Note an amount below zero or absurdly large, and a currency that there is not."""
    faults.check(money.amount_minor >= 0, (*path, "amountMinor"), "must not be negative")
    faults.check(money.amount_minor <= LARGEST_AMOUNT, (*path, "amountMinor"), f"must be {LARGEST_AMOUNT} at most")
    faults.check(is_currency(money.currency), (*path, "currency"), "is not a currency of ISO 4217 such as EUR")


def exponent(currency: str) -> int:
    """How many digits the currency's minor unit has (ISO 4217: EUR 2, JPY 0, KWD 3)."""
    return _EXPONENTS.get(currency, 2)


_CURRENCIES = (
    " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF "
    "CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS "
    "INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE "
    "SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG "
    "XOF XPF YER ZAR ZMW ZWG "
)
