"""Localized text as clients see and send it."""

import strawberry

from domain.refusals import Fault, InputInvalid, Refused
from domain.texts import LocalizedText


@strawberry.type(description="A text in one language.")
class Translation:
    """One entry of a localized text."""

    locale: str = strawberry.field(description="The language, such as en or de-CH.")
    text: str = strawberry.field(description="The text in it.")


@strawberry.input(description="A text in one language.")
class TranslationInput:
    """One entry of a localized text."""

    locale: str = strawberry.field(description="The language, such as en or de-CH.")
    text: str = strawberry.field(description="The text in it.")


def translations(text: LocalizedText) -> list[Translation]:
    """The text in every language, by locale."""
    return [Translation(locale=locale, text=words) for locale, words in sorted(text.items())]


def read_translations(given: list[TranslationInput] | None, path: tuple[str, ...]) -> LocalizedText | None:
    """The localized text sent, None when none was; a locale sent twice is refused."""
    if given is None:
        return None
    text = {each.locale: each.text for each in given}
    if len(text) < len(given):
        raise Refused(InputInvalid((Fault(path, "gives the same locale twice"),)))
    return text
