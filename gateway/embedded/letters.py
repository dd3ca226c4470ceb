"""Reads caught mails and keeps the latest of them in memory."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import MIMEPart

MOST_MAILS = 500
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A caught mail; `to` are those it was delivered to, whatever its header says."""

    id: int
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    message_id: str
    headers: tuple[tuple[str, str], ...]
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    size: int


class Letterbox:
    """The latest mails, newest first, within a bound on their number and on their size in bytes."""

    def __init__(self, *, most_mails: int = MOST_MAILS, most_bytes: int = MOST_BYTES) -> None:
        self._mails: deque[Mail] = deque()
        self._most_mails, self._most_bytes = most_mails, most_bytes
        self._received = 0

    def __iter__(self) -> Iterator[Mail]:
        return iter(tuple(self._mails))

    def put(self, sender: str, to: tuple[str, ...], content: bytes) -> Mail:
        """Keep a mail, and let the oldest go where the bounds are passed."""
        self._received += 1
        mail = read_mail(self._received, sender, to, content)
        self._mails.appendleft(mail)
        while len(self._mails) > self._most_mails or (len(self._mails) > 1 and self._bytes() > self._most_bytes):
            self._mails.pop()
        return mail

    def get(self, id: int) -> Mail | None:
        """The mail with this number, None when it is gone."""
        return next((mail for mail in self._mails if mail.id == id), None)

    def clear(self) -> None:
        """Let all mails go; numbers go on."""
        self._mails.clear()

    def _bytes(self) -> int:
        return sum(mail.size for mail in self._mails)


def read_mail(id: int, sender: str, to: tuple[str, ...], content: bytes) -> Mail:
    """A mail taken apart; one that cannot be is shown as it came, because nothing may be refused here."""
    try:
        parts = _take_apart(content)
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):
        # What Python's own reader of mails raises for mails that break the rules.
        parts = ("", (), "", content.decode(errors="replace"), "", ())
    return Mail(id, datetime.now(UTC), sender, to, *parts, size=len(content))


_Parts = tuple[str, tuple[tuple[str, str], ...], str, str, str, tuple[Attachment, ...]]


def _take_apart(content: bytes) -> _Parts:
    message = message_from_bytes(content, policy=policy.default)
    attachments = tuple(_attachment(number, part) for number, part in enumerate(message.iter_attachments(), 1))
    headers = tuple((name, str(value)) for name, value in message.items())
    text, html = (_text(message.get_body((kind,))) for kind in ("plain", "html"))
    return str(message.get("message-id", "")).strip(), headers, str(message.get("subject", "")), text, html, attachments


def _text(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    content = _bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode(errors="replace")


def _attachment(number: int, part: MIMEPart) -> Attachment:
    return Attachment(part.get_filename() or f"attachment-{number}", part.get_content_type(), _bytes(part))


def _bytes(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
