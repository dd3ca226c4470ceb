"""Scalars: times in UTC, whole numbers of any size, exact decimals, currency codes."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

BigInt = NewType("BigInt", int)
CurrencyCode = NewType("CurrencyCode", str)
EmailAddress = NewType("EmailAddress", str)
JSON = NewType("JSON", object)

_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def show_time(value: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the microsecond where there is one."""
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()[:-6] + "Z"


def read_time(text: object) -> datetime:
    """A time with its offset; raises ValueError for anything else."""
    if not isinstance(text, str) or not _OFFSET.search(text):
        raise ValueError("a DateTime is an RFC 3339 time with an offset, such as 2027-05-01T18:00:00Z")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as broken:
        raise ValueError("there is no such time") from broken


def read_date(text: object) -> date:
    """A day as RFC 3339 writes it; raises ValueError for anything else."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("a Date is a day such as 2027-05-01")
    return date.fromisoformat(text)


def read_clock(text: object) -> time:
    """A time of day; raises ValueError for anything else."""
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise ValueError("a LocalTime is a time of day such as 19:30 or 19:30:00")
    return time.fromisoformat(text)


def show_clock(value: time) -> str:
    """Hours, minutes and seconds."""
    return value.isoformat("seconds")


def read_whole(value: object) -> int:
    """A whole number within 64 bits, as a number or as text; raises ValueError for anything else."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not -(2**63) <= value < 2**63:
        raise ValueError("a BigInt is a whole number within 64 bits")
    return value


def read_decimal(value: object) -> Decimal:
    """An exact decimal given as text or whole number; raises ValueError for anything else."""
    try:
        number = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError('a Decimal is text such as "12.50"')
    return number


def read_currency(value: object) -> str:
    """An ISO 4217 code; raises ValueError for anything else."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("a CurrencyCode is three capital letters such as EUR")
    return value


def read_email(value: object) -> str:
    """A text; which ones are addresses is a rule of the domain, which names the place. Raises ValueError for anything else."""
    if not isinstance(value, str):
        raise ValueError("an EmailAddress is text")  # noqa: TRY004 - what GraphQL takes for a fault of the client
    return value


def _same(value: object) -> object:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A time as RFC 3339 writes it, answered in UTC with `Z`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=show_time,
        parse_value=read_time,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day as RFC 3339 writes it, such as 2027-05-01.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=date.isoformat,
        parse_value=read_date,
    ),
    time: strawberry.scalar(
        name="LocalTime",
        description="A time of day by the clocks of the place that is spoken of: hours, minutes and maybe seconds.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        serialize=show_clock,
        parse_value=read_clock,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number as text.",
        specified_by_url="https://speleotrove.com/decimal/daconvs.html",
        serialize=str,
        parse_value=read_decimal,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number within 64 bits; may be sent as text where a client's numbers are too small.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        serialize=int,
        parse_value=read_whole,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value; what it must look like is said where it is taken.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=_same,
        parse_value=_same,
    ),
    EmailAddress: strawberry.scalar(
        name="EmailAddress",
        description="An e-mail address as people type it.",
        specified_by_url="https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address",
        serialize=str,
        parse_value=read_email,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="A currency by its three capital letters.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=str,
        parse_value=read_currency,
    ),
}
