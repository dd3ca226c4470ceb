"""Orders as a table: one row for each admission, in a form that spreadsheets read and do not execute."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from domain.dates import to_the_second
from domain.money import Money
from domain.orders.values import Order, OrderLine, payment_state
from domain.questions import NOTHING, Answered, Question, QuestionScope, told
from domain.texts import in_language

COLUMNS = (
    "number", "status", "payment_state", "channel", "created_at", "confirmed_at", "name", "email", "country", "currency", "order_total",
    "order_paid", "order_refunded", "position", "event_id", "ticket_type_id", "seat_id", "list_price", "discount", "price", "net", "tax",
    "tax_percent", "attendee_name", "attendee_email", "cancelled_at", "notes",
)  # fmt: skip
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), at its beginning.
_STARTS_FORMULA = frozenset("=+-@\t\r\n|%")


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions that have a column each, with their events' slugs, and the languages in which they are told, best first."""

    questions: Sequence[tuple[str, Question]] = ()
    locales: Sequence[str] = field(default=())


NOTHING_ASKED = Asked()
NO_ANSWERS: Mapping[UUID, Answered] = MappingProxyType({})


def header(asked: Asked = NOTHING_ASKED) -> str:
    """The first row, which names the columns; those of questions by event and label."""
    columns = [*COLUMNS]
    for slug, question in asked.questions:
        name = f"{slug}: {in_language(question.label, asked.locales)}"
        alike = sum(each == name or each.startswith(f"{name} (") for each in columns)
        columns.append(f"{name} ({alike + 1})" if alike else name)
    return _written([columns])


def rows_of(
    orders: Iterable[tuple[Order, Sequence[OrderLine]]], asked: Asked = NOTHING_ASKED, answers: Mapping[UUID, Answered] = NO_ANSWERS
) -> str:
    """The rows of these orders, one for each line; times in UTC, amounts in major units; `answers` by what they are about."""
    return _written([*_row(order, line), *_answers(order, line, asked, answers)] for order, lines in orders for line in lines)


def _answers(order: Order, line: OrderLine, asked: Asked, answers: Mapping[UUID, Answered]) -> list[str]:
    about = {QuestionScope.ORDER: answers.get(order.id, NOTHING), QuestionScope.TICKET: answers.get(line.id, NOTHING)}
    return [_text(told(each, about[each.scope].get(each.id, ()), asked.locales)) for _, each in asked.questions]


def _row(order: Order, line: OrderLine) -> list[str]:
    def amount(minor: int) -> str:
        return str(Money(minor, order.currency).amount)

    return [
        order.number, order.status.value, payment_state(order).value, order.channel.value, to_the_second(order.created_at),
        _moment(order.confirmed_at), _text(order.name), _text(order.email), order.country or "", order.currency,
        amount(order.total_minor), amount(order.paid_minor), amount(order.refunded_minor), str(line.position), str(line.event_id),
        str(line.ticket_type_id), str(line.seat_id or ""), amount(line.list_minor), amount(line.discount_minor), amount(line.price_minor),
        amount(line.net_minor), amount(line.tax_minor), f"{line.tax_rate / 10_000:g}", _text(line.attendee_name),
        _text(line.attendee_email), _moment(line.cancelled_at), _text(order.notes),
    ]  # fmt: skip


def _text(value: str | None) -> str:
    """What people wrote, with an apostrophe before what a spreadsheet would execute."""
    text = value or ""
    return f"'{text}" if text[:1] in _STARTS_FORMULA or text.lstrip()[:1] in _STARTS_FORMULA else text


def _moment(moment: datetime | None) -> str:
    return to_the_second(moment) if moment else ""


def _written(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
