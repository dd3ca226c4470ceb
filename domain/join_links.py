"""Join links: where those who take part in an event from afar connect; a secret of the staff and of those who hold a valid ticket."""

import re
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from domain.events.values import AttendanceMode, EventStatus
from domain.refusals import Faults
from domain.unsaid import Unsaid

LONGEST_LINK = 2_000
JOIN_URL = ("input", "joinUrl")
WITHHELD = "withheld"
"""What the log tells instead of a link."""

BEFORE_THE_PUBLIC = frozenset({EventStatus.PUBLISHED, EventStatus.POSTPONED})

# RFC 3986's characters; anything else reads otherwise in a browser than here (a backslash ends a host there, a tab is dropped).
_WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)


class JoinLinks(Protocol):
    """The store of join links; nothing but the deed that decides who may see them reads it for a viewer."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[str | None]:
        """For each event its join link."""

    async def keep(self, event_id: UUID, url: str | None) -> None:
        """Write the event's join link, or take it away."""


def wanted_link(faults: Faults, link: str | None, said: str | Unsaid | None, mode: AttendanceMode, status: EventStatus) -> str | None:
    """The link after a change, with every fault noted: none in a PHYSICAL event, one in a VIRTUAL event before the public."""
    wanted = link if isinstance(said, Unsaid) else said
    if mode is AttendanceMode.PHYSICAL:
        faults.check(isinstance(said, Unsaid) or said is None, JOIN_URL, "belongs to events that are VIRTUAL or HYBRID")
        return None
    if wanted is not None and wanted != link:
        check_link(faults, wanted, JOIN_URL)
    needed = mode is AttendanceMode.VIRTUAL and status in BEFORE_THE_PUBLIC
    faults.check(wanted is not None or not needed, JOIN_URL, "is required of a VIRTUAL event that is before the public")
    return wanted


def check_link(faults: Faults, url: str, path: tuple[str, ...]) -> None:
    """Note what is no https address with a host name: other schemes, credentials, spaces, or more than 2,000 characters."""
    faults.check(len(url) <= LONGEST_LINK, path, f"is {len(url)} characters long, {LONGEST_LINK} are allowed")
    if not _WRITTEN.fullmatch(url):
        faults.add(path, "is not a web address as RFC 3986 writes it")
        return
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        faults.add(path, "is not a web address as RFC 3986 writes it")
        return
    faults.check(parts.scheme == "https", path, "must begin with https://")
    faults.check("@" not in parts.netloc, path, "must not carry a user name or password before the host")
    faults.check(bool(_HOST.fullmatch(host)), path, "must name a host such as meet.example.org")


def joinable(mode: AttendanceMode, link: str | None) -> bool:
    """Whether people can take part the way the event promises: a VIRTUAL one needs a link."""
    return mode is not AttendanceMode.VIRTUAL or link is not None


def told(link: str | None) -> str | None:
    """What the log may say of a link."""
    return None if link is None else WITHHELD
