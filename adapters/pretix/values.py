"""Reads single values out of documents: texts, prices, times, numbers; what is not what it should be is noted as a fault."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeGuard, TypeVar

from adapters.pretix.locales import locale_of
from adapters.pretix.notebook import Document, Notebook
from domain.dates import EARLIEST, LATEST
from domain.imports import Fate
from domain.money import Money, is_currency
from domain.refusals import Faults, Refused
from domain.texts import LocalizedText, check_title

Value = TypeVar("Value")

MOST_MINOR = 10**12
STAND_IN = {"en": "?"}
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
# ISO 4217 has a code for it; it stands in while the faults of a document are being collected.
_NO_CURRENCY = "X" * 3


class Values:
    """The values of one object: of a document's own, or of one `within` it."""

    def __init__(self, document: Document, notes: Notebook, body: Mapping[str, object] | None = None, *within: str | int) -> None:
        self._document = document
        self._notes = notes
        self._body = document.body if body is None else body
        self._within = within

    def fault(self, message: str, *steps: str | int) -> None:
        """Note what is wrong with a field, or with the object."""
        self._notes.fault(self._document.file, self._document.at(*self._within, *steps), message)

    def note(self, fate: Fate, note: str, *steps: str | int) -> None:
        """Note what becomes of a field, or of the object."""
        self._notes.note(self._document.file, self._document.at(*self._within, *steps), fate, note)

    def text(self, name: str) -> str:
        """A text of one line that must be there and not be blank."""
        value = self._required(name)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
        return self._instead(name, value, "is not a text of one line, or is blank", "")

    def currency(self, name: str) -> str:
        """An ISO 4217 code."""
        value = self._required(name)
        if isinstance(value, str) and is_currency(value):
            return value
        return self._instead(name, value, "is not a currency such as EUR", _NO_CURRENCY)

    def flag(self, name: str, *, otherwise: bool) -> bool:
        """True or false; `otherwise` where the field is absent or null."""
        value = self._body.get(name)
        if isinstance(value, bool) or value is None:
            return otherwise if value is None else value
        return self._instead(name, value, "is neither true nor false", otherwise)

    def number(self, name: str, *, least: int = 0) -> int | None:
        """A whole number; None where the field is absent or null."""
        value = self._body.get(name)
        if value is None or (_is_whole(value) and least <= value < 2**31):
            return value
        return self._instead(name, value, f"is not a whole number from {least} on", None)

    def identity(self) -> int:
        """The number that pretix knows the object by; -1 and a fault without one."""
        value = self._required("id")
        if _is_whole(value) and value > 0:
            return value
        return self._instead("id", value, "is not a positive whole number", -1)

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers, empty where the field is absent or null."""
        value = self._body.get(name) or []
        if isinstance(value, list) and all(_is_whole(each) for each in value):
            return value
        return self._instead(name, value, "is not a list of whole numbers", [])

    def texts(self, name: str) -> list[str] | None:
        """A list of texts, None where the field is absent or null."""
        value = self._body.get(name)
        if value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            return value
        return self._instead(name, value, "is not a list of texts", None)

    def objects(self, name: str) -> list[Mapping[str, object]]:
        """A list of objects, empty where the field is absent or null."""
        value = self._body.get(name) or []
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            return value
        return self._instead(name, value, "is not a list of objects", [])

    def money(self, name: str, currency: str, *, required: bool = False) -> Money | None:
        """A price, exact to the minor unit; None where the field is absent or null."""
        value = self._required(name) if required else self._body.get(name)
        if value is None:
            return None
        written = str(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
        if not _DECIMAL.fullmatch(written):
            return self._instead(name, value, 'is not a decimal number such as "23.00"', None)
        try:
            money = Money.of_major(Decimal(written), currency)
        except ValueError as error:
            return self._instead(name, value, str(error), None)
        if 0 <= money.amount_minor <= MOST_MINOR:
            return money
        return self._instead(name, value, "is negative, or more than a ticket can cost", None)

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A time with its offset, as UTC; None where the field is absent or null."""
        value = self._required(name) if required else self._body.get(name)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
            if found and found.tzinfo and EARLIEST <= found < LATEST:
                return found.astimezone(UTC)
        except ValueError:
            pass
        return self._instead(name, value, "is not a time from 1970 to 2199 with its offset, such as 2030-05-01T18:00:00Z", None)

    def localized(self, name: str, default_locale: str, longest: int) -> LocalizedText:
        """A text in one language at least, by our names of locales."""
        value = self._required(name)
        if isinstance(value, str):
            value = {default_locale: value}
        if not isinstance(value, dict) or not all(isinstance(each, str | None) for each in value.values()):
            return self._instead(name, value, "is neither a text nor texts by locale", STAND_IN)
        places: dict[str, str] = {}
        # Plain locales first: `de-informal` becomes `de` only where there is no `de`.
        for locale in sorted((key for key, text in value.items() if text and text.strip()), key=lambda key: locale_of(key) != key):
            ours = locale_of(locale)
            if ours is None:
                self.note(Fate.NOT_MAPPED, f"{locale} is no locale that is known here", name, locale)
            elif ours in places:
                self.note(Fate.NOT_MAPPED, f"there is a text in {ours} already", name, locale)
            else:
                places[ours] = locale
                if ours != locale:
                    self.note(Fate.MAPPED, f"as {ours}", name, locale)
        return self._checked({ours: value[locale] for ours, locale in places.items()}, places, name, longest)

    def _checked(self, words: LocalizedText, places: Mapping[str, str], name: str, longest: int) -> LocalizedText:
        faults = Faults()
        check_title(faults, words, (), longest=longest)
        try:
            faults.refuse()
        except Refused as refused:
            for fault in getattr(refused.refusal, "faults", ()):
                self.fault(fault.message, name, *(places[ours] for ours in fault.path))
            return STAND_IN
        return words

    def _required(self, name: str) -> object:
        value = self._body.get(name)
        if value is None:
            self.fault("is missing", name)
        return value

    def _instead(self, name: str, value: object, message: str, otherwise: Value) -> Value:
        """The stand-in for a value that cannot be read, with the fault noted unless its absence is noted already."""
        if value is not None:
            self.fault(message, name)
        return otherwise


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
