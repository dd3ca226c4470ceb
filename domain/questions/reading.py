"""Reading an answer: whether it is one of its question's kind, and the one form in which it is kept."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from domain.emails import read_email
from domain.names import is_country
from domain.questions.refusals import WhyNot
from domain.questions.values import Question, QuestionKind, Values
from domain.refusals import Faults
from domain.texts import check_line, check_text

LONGEST_TEXT = 400
LONGEST_LONG_TEXT = 4_000
LARGEST_NUMBER = 10**15

_NUMBER = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,6}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Digits with what people write between them; a leading + is kept.
_PHONE = re.compile(r"\+?[\d ()./-]{5,40}", re.ASCII)
_SHORTEST_PHONE, _LONGEST_PHONE = 5, 15
"""Digits; the longest by ITU-T E.164, section 6.2."""


class NotAnAnswer(Exception):
    """Why the text is no answer: the reason for a program, and a sentence for a person."""

    def __init__(self, why: WhyNot, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.message = message


def read(question: Question, values: Values) -> Values:
    """The answer as it is kept; empty for none. Raises NotAnAnswer."""
    if question.kind is QuestionKind.CHOICES:
        return _choices(question, values)
    if len(values) > 1:
        raise NotAnAnswer(WhyNot.MALFORMED, "takes one value only")
    said = [each.strip() for each in values if each.strip()]
    return tuple(_READERS[question.kind](question, each) for each in said)


def _choices(question: Question, values: Values) -> Values:
    """In the order in which they are offered, each once, so that the same choices are the same answer."""
    _check_choices(question, values)
    chosen = tuple(each.key for each in question.choices if each.key in values)
    if chosen:
        _within(question, len(chosen), "{} must be chosen")
    return chosen


def _choice(question: Question, text: str) -> str:
    _check_choices(question, (text,))
    return text


def _check_choices(question: Question, values: Values) -> None:
    known = {each.key for each in question.choices}
    if not known.issuperset(values):
        raise NotAnAnswer(WhyNot.NOT_A_CHOICE, f"must be among {', '.join(each.key for each in question.choices)}")


def _text(question: Question, text: str) -> str:
    faults = Faults()
    if question.kind is QuestionKind.TEXT:
        check_line(faults, text, (), longest=LONGEST_TEXT)
    else:
        check_text(faults, {"en": text}, (), longest=LONGEST_LONG_TEXT, required=False)
    if faults.found:
        raise NotAnAnswer(WhyNot.MALFORMED, "; ".join(each.message for each in faults.found))
    _within(question, len(text), "must have {} characters")
    return text


def _number(question: Question, text: str) -> str:
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        raise NotAnAnswer(WhyNot.MALFORMED, "is not a number such as 42 or 1.5")
    sign, whole, fraction = parts[1], parts[2].lstrip("0") or "0", (parts[3] or "").rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    kept = f"-{plain}" if sign == "-" and plain != "0" else plain
    _within(question, Decimal(kept), "must be {}")
    return kept


def _boolean(_question: Question, text: str) -> str:
    if text not in {"true", "false"}:
        raise NotAnAnswer(WhyNot.MALFORMED, "must be true or false")
    return text


def _date(question: Question, text: str) -> str:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise NotAnAnswer(WhyNot.MALFORMED, "is not a date such as 2026-12-31")
    if (question.earliest and day < question.earliest) or (question.latest and day > question.latest):
        ends = f"{question.earliest or 'any day'} and {question.latest or 'any day'}"
        raise NotAnAnswer(WhyNot.OUT_OF_BOUNDS, f"must be between {ends}")
    return text


def _email(_question: Question, text: str) -> str:
    faults = Faults()
    address = read_email(faults, text, ())
    if faults.found:
        raise NotAnAnswer(WhyNot.MALFORMED, faults.found[0].message)
    return address


def _phone(_question: Question, text: str) -> str:
    digits = "".join(each for each in text if each.isdigit())
    if not _PHONE.fullmatch(text) or not _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE:
        raise NotAnAnswer(WhyNot.MALFORMED, "is not a telephone number such as +49 30 1234567")
    return f"+{digits}" if text.startswith("+") else digits


def _country(_question: Question, text: str) -> str:
    if not is_country(text):
        raise NotAnAnswer(WhyNot.MALFORMED, "is not a country of ISO 3166-1 such as DE")
    return text


def _within(question: Question, size: int | Decimal, sentence: str) -> None:
    low, high = question.least, question.most
    if (low is not None and size < low) or (high is not None and size > high):
        bounds = f"{low} to {high}" if low is not None and high is not None else f"at least {low}" if high is None else f"at most {high}"
        raise NotAnAnswer(WhyNot.OUT_OF_BOUNDS, sentence.format(bounds))


_READERS: Mapping[QuestionKind, Callable[[Question, str], str]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.BOOLEAN: _boolean,
    QuestionKind.CHOICE: _choice,
    QuestionKind.DATE: _date,
    QuestionKind.EMAIL: _email,
    QuestionKind.PHONE: _phone,
    QuestionKind.COUNTRY: _country,
}
