"""Who of those signed in has a connection open: told when the session is over, or the person's role has become another."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.identity import Limits, Role, Viewer, acting
from domain.refusals import ErrorCode, Refusal
from domain.sessions import SessionEnded
from gateway.graphql.answers import Denied
from gateway.graphql.refusals import DatabaseAway

Pair = tuple[UUID, UUID]
"""Organization and person."""
Change = Callable[[Role | None, bool], None]


@dataclass(frozen=True, slots=True)
class NoLongerAllowed(Refusal):
    """The person's role changed, and with the new one she may not watch what she watched."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Your role in the organization changed, and what you watched is no longer for you."


# Denials that are not the new role's doing. What a person may not see is not there for her.
OF_OURS = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT, ErrorCode.INTERNAL_SERVER_ERROR})


def why_not(denied: Denied) -> Refusal:
    """What to tell somebody who cannot go on with her new role, in the words of the role and not of what is hidden from her."""
    codes = {extensions.get("code") for each in denied.errors if isinstance(extensions := each.get("extensions"), Mapping)}
    return DatabaseAway() if codes & {each.value for each in OF_OURS} else NoLongerAllowed()


@dataclass(slots=True, eq=False)
class Guest:
    """One connection of somebody signed in: what to do when her session is over, and when her role is another.

    `role` is the one she acts in, within the `limits` of a front end's session. A program is kept like a person
    without a role, and its service key like her session. `change` is told the role, and whether she is an admin of the platform.
    """

    organization_id: UUID
    person_id: UUID
    session_id: UUID | None
    role: Role | None
    dismiss: Callable[[Refusal], None]
    change: Change
    limits: Limits | None = None
    is_platform_admin: bool = False

    def role_of(self, roles: Mapping[Pair, Role]) -> Role | None:
        """The role she acts in where these are held."""
        return acting(roles.get((self.organization_id, self.person_id)), self.limits)


class Presence:
    """All connections of this process whose viewers are signed in; of the others nothing is kept."""

    def __init__(self) -> None:
        self._guests: dict[Guest, None] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def enter(self, viewer: Viewer, dismiss: Callable[[Refusal], None], change: Change) -> Guest | None:
        """Keep an eye on this viewer until he leaves; None for somebody who is not signed in."""
        if viewer.actor is None or viewer.organization_id is None:
            return None
        session_id = viewer.session_id or viewer.service_key
        known = (session_id, viewer.role, dismiss, change, viewer.limits, viewer.is_platform_admin)
        guest = Guest(viewer.organization_id, viewer.actor, *known)
        self._guests[guest] = None
        return guest

    def leave(self, guest: Guest | None) -> None:
        """The connection is gone."""
        if guest:
            self._guests.pop(guest, None)

    @property
    def sessions(self) -> set[UUID]:
        """The sessions that have connections open."""
        return {each.session_id for each in self._guests if each.session_id}

    @property
    def pairs(self) -> set[Pair]:
        """Who has connections open, where."""
        return {(each.organization_id, each.person_id) for each in self._guests}

    @property
    def platform_admins(self) -> set[UUID]:
        """Who has connections open as an admin of the platform."""
        return {each.person_id for each in self._guests if each.is_platform_admin}

    def changed(self, roles: Mapping[Pair, Role]) -> set[Pair]:
        """Those whose role is another than the one they came with."""
        return {(each.organization_id, each.person_id) for each in self._guests if each.role_of(roles) is not each.role}

    def end(self, sessions: Collection[UUID]) -> None:
        """Send home all who came with these sessions."""
        for each in [guest for guest in self._guests if guest.session_id in sessions]:
            self.leave(each)
            each.dismiss(SessionEnded())

    def regard(self, pairs: Collection[Pair], roles: Mapping[Pair, Role]) -> None:
        """Tell these of their new roles; without one they are plain buyers."""
        for each in [guest for guest in self._guests if (guest.organization_id, guest.person_id) in pairs]:
            role = each.role_of(roles)
            if role is not each.role:
                each.role = role
                each.change(role, each.is_platform_admin)

    def demote(self, persons: Collection[UUID]) -> None:
        """These are admins of the platform no more, and see what their role shows them."""
        for each in [guest for guest in self._guests if guest.is_platform_admin and guest.person_id in persons]:
            each.is_platform_admin = False
            each.change(each.role, False)  # noqa: FBT003 - as `regard` tells it
