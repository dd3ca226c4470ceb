"""Joining: somebody shows the link of an invitation, with an account or for a new one; and the organizations that one works for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from domain.accounts import LONGEST_NAME, Account, LinkInvalid
from domain.identity import GRANTS, Permission, Role, Viewer
from domain.locales import is_locale
from domain.news import News
from domain.organizations import Organization
from domain.refusals import ErrorCode, Faults, NotFound, Refusal, Refused
from domain.texts import check_line


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation whose link was shown, with its organization; the inviter as she is now."""

    id: UUID
    organization: Organization
    email: str
    role: Role
    inviter_role: Role | None
    inviter_is_platform_admin: bool


@dataclass(frozen=True, slots=True)
class Belonging:
    """An organization that somebody works for, and the role she has there; None for an admin of the platform, who may go anywhere."""

    organization: Organization
    role: Role | None


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    """The wish to join by a link; name, password and locale are of an account that is made for it."""

    token: str = field(repr=False)
    name: str | None = None
    password: str | None = field(default=None, repr=False)
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class InvitationForAnother(Refusal):
    """Somebody is signed in with another address than the one that was invited."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "The invitation was mailed to another address than yours; sign in with that one."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "token")


@dataclass(frozen=True, slots=True)
class SignInToAccept(Refusal):
    """The address that was invited has an account, so its person has to come herself."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "There is an account with the address that was invited; sign in to it and open the link again."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "token")


@dataclass(frozen=True, slots=True)
class FrontEndSession(Refusal):
    """The session of a front end may be limited, and is no way to one that is not."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "You are signed in at a front end, which knows one organization; sign in here, or there at the other one."


class Joining(Protocol):
    """Who belongs where, for those who have not said yet for which organization they ask."""

    async def take(self, secret: bytes) -> OpenInvitation:
        """The invitation with this link, accepted with this work; refused with LinkInvalid."""

    async def join(self, organization_id: UUID, person_id: UUID, role: Role) -> bool:
        """Make her a member; False where she is one already."""

    async def belongings(self, person_id: UUID) -> Sequence[Belonging]:
        """The organizations she works for, by name."""

    async def organization(self, organization_id: UUID) -> Organization | None:
        """The organization, for those who may act in every one."""


def is_still_good(invitation: OpenInvitation) -> bool:
    """Whether the inviter could still give the role; an invitation does not outlive what its inviter may do."""
    if invitation.inviter_is_platform_admin:
        return True
    held = GRANTS[invitation.inviter_role] if invitation.inviter_role else frozenset()
    return Permission.MEMBERS_MANAGE in held and GRANTS[invitation.role] <= held


def expect_good(invitation: OpenInvitation) -> OpenInvitation:
    """The invitation; refused with LinkInvalid when its inviter could not give the role any more."""
    if not is_still_good(invitation):
        raise Refused(LinkInvalid())
    return invitation


def expect_invited(invitation: OpenInvitation, account: Account | None) -> Account:
    """The account of whoever is signed in; refused with InvitationForAnother unless it has the address that was invited, proved."""
    if account is None or account.email != invitation.email or account.email_verified_at is None:
        raise Refused(InvitationForAnother())
    return account


def new_account(
    invitation: OpenInvitation, ask: AcceptInvitation, known: Account | None, hashed: str | None, person_id: UUID, now: datetime
) -> Account:
    """The account that is made for who was invited: the link proves the address. Refused with SignInToAccept, or with InputInvalid."""
    if known:
        raise Refused(SignInToAccept())
    faults = Faults()
    faults.check(hashed is not None, ("input", "password"), "is needed for a new account")
    check_line(faults, ask.name or "", ("input", "name"), longest=LONGEST_NAME)
    faults.check(is_locale(ask.locale), ("input", "locale"), "is not a locale such as en or de-CH")
    faults.refuse()
    return Account(person_id, invitation.email, ask.name or "", now, hashed, ask.locale)


def joined_news(invitation: OpenInvitation, account: Account) -> News:
    """News of a member who joined by herself; by which invitation is in it, the address is told to nobody."""
    who = str(account.person_id)
    facts = {"personId": who, "role": invitation.role.value, "version": 1, "invitationId": str(invitation.id), "actorId": who}
    return News("member:joined", f"person:{who}", {**facts})


def expect_own_session(viewer: Viewer) -> None:
    """Refuse with FrontEndSession whoever came by a front end."""
    if viewer.limits:
        raise Refused(FrontEndSession())


def choose(own: Sequence[Belonging], organization_id: UUID, anywhere: Organization | None) -> Belonging:
    """That one of one's own, else `anywhere`; refused with NotFound, whether there is such an organization or not."""
    for each in own:
        if each.organization.id == organization_id:
            return each
    if anywhere is None:
        raise Refused(NotFound("organization", ("input", "organizationId")))
    return Belonging(anywhere, None)
