"""Members: who works for an organization, in which role; invited by mail, and who may change or remove whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from domain.addresses import Addresses
from domain.emails import read_email
from domain.idempotency import Key, key_of
from domain.identity import GRANTS, Permission, Role, Viewer
from domain.news import News
from domain.organizations import Organization
from domain.paging import Page, Slice
from domain.refusals import ErrorCode, Faults, NotAllowed, NotFound, Refusal, Refused, VersionConflict

INVITATION_LASTS = timedelta(days=7)
MEMBER_ID = ("input", "memberId")


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works for the organization; `id` is the person's, `version` rises with every change of the role."""

    id: UUID
    name: str
    email: str | None
    role: Role
    version: int
    joined_at: datetime

    typename: ClassVar[str] = "Member"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who is asked by mail to join; `inviter_name` is None for one who left and for an admin of the platform."""

    id: UUID
    email: str
    role: Role
    invited_by: UUID | None
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None
    inviter_name: str | None = None

    typename: ClassVar[str] = "Invitation"


@dataclass(frozen=True, slots=True)
class PlatformAdminAct:
    """One work of an admin of the platform in this organization, and the types of the news that it told."""

    id: UUID
    person_id: UUID
    news: Sequence[str]
    correlation_id: str | None
    at: datetime

    typename: ClassVar[str] = "PlatformAdminAct"


@dataclass(frozen=True, slots=True)
class InviteMember:
    """The wish that somebody joins."""

    email: str
    role: Role
    idempotency_key: str | None = None

    def key(self, actor: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(f"person:{actor}", "inviteMember", self.idempotency_key, [self.email, self.role.value])


@dataclass(frozen=True, slots=True)
class ChangeMemberRole:
    """The wish that somebody has another role."""

    member_id: UUID
    role: Role
    expected_version: int


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """The wish that somebody works for the organization no more."""

    member_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class LastOwner(Refusal):
    """An organization without an owner could not be given one any more."""

    at: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "This is the only owner of the organization; make somebody else an owner first."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names the owner, if one does."""
        return self.at


@dataclass(frozen=True, slots=True)
class RoleTooHigh(Refusal):
    """The role may do something that the viewer may not: she can neither give it nor touch whoever has it."""

    role: Role
    at: tuple[str, ...] = ("input", "role")

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The role {self.role.value} may do more than you may; ask an owner of the organization."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return self.at


@dataclass(frozen=True, slots=True)
class AlreadyMember(Refusal):
    """Whoever is to join works for the organization already."""

    at: tuple[str, ...] = ("input", "email")

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "This person is a member already; change the role instead."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return self.at


class Members(Protocol):
    """The store of an organization's members. Reads may return rows that read like a `Member`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Member | None]:
        """The members by person, in the order asked."""

    async def page(self, page: Page) -> Slice[Member]:
        """One window of the members by id; `page.edge` holds the id."""

    async def count(self, at_most: int) -> int:
        """How many there are, counted up to `at_most`."""

    async def for_change(self, ids: Sequence[UUID]) -> Sequence[Member]:
        """These of the members and all owners, locked in the order of their ids until the work ends, as they are then."""

    async def is_member(self, email: str) -> bool:
        """Whether somebody with this address is one."""

    async def keep(self, member: Member) -> None:
        """Write the role and the version."""

    async def remove(self, person_id: UUID) -> None:
        """She is none any more."""


class Invitations(Protocol):
    """The store of an organization's invitations. Reads may return rows that read like an `Invitation`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Invitation | None]:
        """The invitations by id, in the order asked."""

    async def page(self, page: Page) -> Slice[Invitation]:
        """One window of those that can be accepted now, by id; `page.edge` holds the id."""

    async def count(self, at_most: int) -> int:
        """How many can be accepted now, counted up to `at_most`."""

    async def to(self, email: str) -> Invitation | None:
        """The one to this address that was neither accepted nor revoked; it may have expired."""

    async def put(self, invitation: Invitation, secret: bytes) -> Invitation:
        """Write it, in the place of an earlier one to the same address, whose link is worth nothing from now on; as it is now."""

    async def for_change(self, invitation_id: UUID) -> Invitation:
        """One that was neither accepted nor revoked, locked until the work ends; refused with NotFound."""

    async def revoke(self, invitation_id: UUID, now: datetime) -> None:
        """Its link is worth nothing from now on."""


class PlatformAdminActs(Protocol):
    """What admins of the platform did in this organization; each work of theirs writes it by itself."""

    async def page(self, page: Page) -> Slice[PlatformAdminAct]:
        """One window, the newest first; `page.edge` holds the id."""

    async def count(self, at_most: int) -> int:
        """How many there are, counted up to `at_most`."""


def powers(viewer: Viewer, now: Sequence[Member]) -> frozenset[Permission]:
    """What the viewer may do at this moment: her role may have changed since the request began."""
    if viewer.is_platform_admin:
        return viewer.permissions
    own = next((each for each in now if each.id == viewer.person_id), None)
    return viewer.permissions & GRANTS[own.role] if own else frozenset()


def expect(allowed: frozenset[Permission], permission: Permission) -> None:
    """Refuse with NotAllowed without the permission."""
    if permission not in allowed:
        raise Refused(NotAllowed(permission.value))


def expect_not_higher(allowed: frozenset[Permission], role: Role, at: tuple[str, ...] = ("input", "role")) -> None:
    """Refuse with RoleTooHigh where the role may do something that is not allowed here."""
    if not GRANTS[role] <= allowed:
        raise Refused(RoleTooHigh(role, at))


def invite(
    invitation_id: UUID, ask: InviteMember, allowed: frozenset[Permission], by: UUID | None, now: datetime, *, is_member: bool
) -> Invitation:
    """The invitation; refused with NotAllowed, RoleTooHigh or AlreadyMember."""
    expect(allowed, Permission.MEMBERS_MANAGE)
    expect_not_higher(allowed, ask.role)
    if is_member:
        raise Refused(AlreadyMember())
    return Invitation(invitation_id, ask.email, ask.role, by, now, now + INVITATION_LASTS)


def revoke(invitation: Invitation, allowed: frozenset[Permission], now: datetime) -> Invitation:
    """The invitation that nobody can accept any more; refused with NotAllowed or RoleTooHigh."""
    expect(allowed, Permission.MEMBERS_MANAGE)
    expect_not_higher(allowed, invitation.role, ("input", "invitationId"))
    return replace(invitation, revoked_at=now)


def checked(ask: InviteMember) -> InviteMember:
    """The wish with the address in the form that is kept; refused with InputInvalid."""
    faults = Faults()
    email = read_email(faults, ask.email, ("input", "email"))
    faults.refuse()
    return replace(ask, email=email)


def letter_to_invite(invitation: Invitation, organization: Organization, inviter: str, token: str, to: Addresses) -> Mapping[str, str]:
    """What the letter INVITATION tells."""
    return {
        "organization": organization.name,
        "inviter": inviter,
        "role": invitation.role.value,
        "link": to.of_account(f"/auth/accept-invitation?token={token}"),
        "minutes": str(int(INVITATION_LASTS.total_seconds()) // 60),
    }


def name_of(members: Sequence[Member], person_id: UUID) -> str:
    """What the person is called as a letter says it; an admin of the platform writes in its name."""
    return next((each.name for each in members if each.id == person_id), "TicketBase")


def found_invitation(invitation: Invitation | None) -> Invitation:
    """The invitation, or the refusal NotFound."""
    if invitation is None:
        raise Refused(NotFound("invitation", ("input", "invitationId")))
    return invitation


def found_member(members: Sequence[Member | None], person_id: UUID, at: tuple[str, ...] = MEMBER_ID) -> Member:
    """That one of them; refused with NotFound."""
    for each in members:
        if each and each.id == person_id:
            return each
    raise Refused(NotFound("member", at))


def change_role(now: Sequence[Member], viewer: Viewer, ask: ChangeMemberRole) -> Member:
    """The member with the role; refused with NotAllowed, NotFound, VersionConflict, RoleTooHigh or LastOwner. `now` is locked."""
    allowed = powers(viewer, now)
    expect(allowed, Permission.MEMBERS_MANAGE)
    member = found_member(now, ask.member_id)
    _expect_version(member, ask.expected_version)
    expect_not_higher(allowed, member.role, MEMBER_ID)
    expect_not_higher(allowed, ask.role)
    if ask.role is member.role:
        return member
    _expect_owner_besides(member, now, MEMBER_ID)
    return replace(member, role=ask.role, version=member.version + 1)


def expect_removable(now: Sequence[Member], viewer: Viewer, ask: RemoveMember) -> Member:
    """The member who is to go; refused with NotAllowed, NotFound, VersionConflict, RoleTooHigh or LastOwner. `now` is locked."""
    allowed = powers(viewer, now)
    expect(allowed, Permission.MEMBERS_MANAGE)
    member = found_member(now, ask.member_id)
    _expect_version(member, ask.expected_version)
    expect_not_higher(allowed, member.role, MEMBER_ID)
    _expect_owner_besides(member, now, MEMBER_ID)
    return member


def leave(now: Sequence[Member], person_id: UUID) -> Member:
    """The member who goes by herself; refused with NotFound or LastOwner. `now` is locked."""
    member = found_member(now, person_id, ())
    _expect_owner_besides(member, now, ())
    return member


def transfer(now: Sequence[Member], person_id: UUID, to: UUID) -> tuple[Member, Member]:
    """Who was an owner, an admin from now on, and the owner that another one becomes; refused with NotAllowed or NotFound."""
    before = next((each for each in now if each.id == person_id and each.role is Role.OWNER), None)
    if before is None:
        raise Refused(NotAllowed(Permission.ORGANIZATION_OWN.value))
    heir = found_member([each for each in now if each.id != person_id], to)
    return _with_role(before, Role.ADMIN), _with_role(heir, Role.OWNER)


def member_news(kind: str, member: Member, actor: UUID | None) -> News:
    """News of this kind (`member:removed`) about a member; who did it is in it."""
    payload = {"personId": str(member.id), "role": member.role.value, "version": member.version, "actorId": str(actor) if actor else None}
    return News(kind, f"person:{member.id}", {**payload})


def invitation_news(kind: str, invitation: Invitation, actor: UUID | None) -> News:
    """News of this kind (`member:invited`); the address is told to nobody."""
    facts = {"invitationId": str(invitation.id), "role": invitation.role.value, "actorId": str(actor) if actor else None}
    return News(kind, f"invitation:{invitation.id}", {**facts})


def _with_role(member: Member, role: Role) -> Member:
    return member if member.role is role else replace(member, role=role, version=member.version + 1)


def _expect_version(member: Member, expected: int) -> None:
    if member.version != expected:
        raise Refused(VersionConflict(member.version))


def _expect_owner_besides(member: Member, now: Sequence[Member], at: tuple[str, ...]) -> None:
    if member.role is Role.OWNER and sum(each.role is Role.OWNER for each in now) == 1:
        raise Refused(LastOwner(at))
