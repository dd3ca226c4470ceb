"""Memberships as their person sees them: the organizations she works for, joining one, going over to another."""

from typing import Annotated

import strawberry

from domain import accounts, joining, members, passwords, refusals, sessions, throttling
from domain.identity import Role
from domain.sessions import Carrier
from resolvers import joining as deeds
from schema import ids
from schema.accounts import Account
from schema.errors import MayRefuse, UserError, payload, shows
from schema.organizations import Organization
from schema.sessions import Session, Tickets


@strawberry.type(description="An organization that the viewer works for.")
class Membership:
    """See `domain.joining.Belonging`."""

    organization: Organization = strawberry.field(description="The organization.")
    role: Role | None = strawberry.field(description="What the viewer is to it; null for an admin of the platform who is no member.")


@shows(joining.InvitationForAnother, "The viewer's address is not the one that was invited.")
class InvitationForAnother(UserError):
    """See `domain.joining.InvitationForAnother`."""


@shows(joining.SignInToAccept, "The address that was invited has an account.")
class SignInToAccept(UserError):
    """See `domain.joining.SignInToAccept`."""


@strawberry.input(description="The link of an invitation, and an account to make where there is none.")
class AcceptInvitationInput:
    """Read into `domain.joining.AcceptInvitation`."""

    token: str = strawberry.field(description="What follows `token=` in the link.")
    name: str | None = strawberry.field(default=None, description="What the person is called; for a new account.")
    password: str | None = strawberry.field(default=None, description="A password; for a new account.")
    locale: str = strawberry.field(default="en", description="The language of mails to her, BCP 47; for a new account.")

    def to_domain(self) -> joining.AcceptInvitation:
        """The command meant."""
        return joining.AcceptInvitation(self.token, self.name, self.password, self.locale)


@strawberry.input(description="Where to go.")
class SwitchOrganizationInput:
    """Names the organization."""

    organization_id: strawberry.ID = strawberry.field(description="One of those in `viewer.memberships`.")


@payload(
    refusals.InputInvalid, passwords.PasswordUnacceptable, accounts.LinkInvalid, joining.InvitationForAnother, joining.SignInToAccept,
    members.AlreadyMember, throttling.TooManyAttempts,
    description="The answer to `acceptInvitation`.",
)  # fmt: skip
class AcceptInvitationPayload:
    """Who joined, and where."""

    account: Account | None = strawberry.field(default=None, description="The account, which is new where there was none.")
    membership: Membership | None = strawberry.field(default=None, description="The organization and the role in it.")


@payload(refusals.NotFound, sessions.SessionEnded, description="The answer to `switchOrganization`.")
class SwitchOrganizationPayload:
    """The session there."""

    membership: Membership | None = strawberry.field(default=None, description="The organization and the role in it.")
    session: Session | None = strawberry.field(default=None, description="The new session, which ends no later than the one that asked.")
    tickets: Tickets | None = strawberry.field(default=None, description="The tokens to carry there; those of the first session stay good.")


@strawberry.type
class MembershipMutations:
    """Mutations of one's own memberships, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(AcceptInvitationPayload)],
        description="Join an organization by the link that was mailed: signed in with that address, or with a name and a password.",
    )
    async def accept_invitation(
        self, info: strawberry.Info, input: Annotated[AcceptInvitationInput, strawberry.argument(description="The link.")]
    ) -> AcceptInvitationPayload:
        """See `resolvers.joining.accept_invitation`."""
        account, membership = await deeds.accept_invitation(info.context, input.to_domain())
        return AcceptInvitationPayload(account=account, membership=membership)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(SwitchOrganizationPayload)],
        description="Go over to another of one's organizations, without signing in again. "
        "Browsers post to /api/auth/switch-organization, for a cookie.",
    )
    async def switch_organization(
        self, info: strawberry.Info, input: Annotated[SwitchOrganizationInput, strawberry.argument(description="Where to.")]
    ) -> SwitchOrganizationPayload:
        """See `resolvers.joining.switch_organization`."""
        organization_id = ids.expect(input.organization_id, "Organization", ("input", "organizationId"))
        there, membership = await deeds.switch_organization(info.context, organization_id, Carrier.TOKENS)
        return SwitchOrganizationPayload(membership=membership, session=there.session, tickets=there.tickets)  # type: ignore[arg-type]
