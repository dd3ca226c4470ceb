"""The words that an order is found by: its number, and the names and e-mail addresses of who bought it and who will come."""

import re
from collections.abc import Iterable, Sequence
from unicodedata import category, combining, normalize

from domain.orders.values import Order, OrderLine

MOST_WORDS = 10
LONGEST_WORD = 60
_PARTS = re.compile(r"[\s,;()<>\"]+")


def words_of(order: Order, lines: Iterable[OrderLine]) -> Sequence[str]:
    """The words by which an order is found, besides its number; each once, in order."""
    said = [order.name, order.email or ""]
    for line in lines:
        said += [line.attendee_name or "", line.attendee_email or ""]
    return sorted({word for text in said for word in split(text)})


def split(text: str) -> list[str]:
    """The words of a text as they are compared: in small letters, without accents, cut to 60 characters; 10 at most."""
    written = "".join(sign if category(sign) not in {"Cc", "Cs"} else " " for sign in text)
    plain = "".join(sign for sign in normalize("NFKD", written).casefold() if not combining(sign))
    return [word[:LONGEST_WORD] for word in _PARTS.split(plain) if word][:MOST_WORDS]
