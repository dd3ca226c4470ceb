"""What is done with members: invite, change a role, remove, leave, hand over ownership."""

from typing import Annotated

import strawberry

from domain import accounts, refusals, throttling
from domain import members as domain
from domain.identity import Role
from resolvers import members as deeds
from schema import ids
from schema.errors import MayRefuse, payload
from schema.members import Invitation, Member
from schema.scalars import EmailAddress

_MEMBER = ("input", "memberId")


@strawberry.input(description="Whom to ask to join, and as what.")
class InviteMemberInput:
    """Read into `domain.members.InviteMember`."""

    email: EmailAddress = strawberry.field(description="Where the link is mailed.")
    role: Role = strawberry.field(description="What the person is to be; it may do no more than the viewer.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same invitation, and no second mail."
    )

    def to_domain(self) -> domain.InviteMember:
        """The command meant."""
        return domain.InviteMember(self.email, self.role, self.idempotency_key)


@strawberry.input(description="Let the link of an invitation be worth nothing any more.")
class RevokeInvitationInput:
    """Names the invitation."""

    invitation_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.input(description="Another role for a member.")
class ChangeMemberRoleInput:
    """Read into `domain.members.ChangeMemberRole`."""

    member_id: strawberry.ID = strawberry.field(description="Whose.")
    role: Role = strawberry.field(description="The role; it may do no more than the viewer.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")

    def to_domain(self) -> domain.ChangeMemberRole:
        """The command meant."""
        return domain.ChangeMemberRole(ids.expect(self.member_id, "Member", _MEMBER), self.role, self.expected_version)


@strawberry.input(description="Let somebody work for the organization no more.")
class RemoveMemberInput:
    """Read into `domain.members.RemoveMember`."""

    member_id: strawberry.ID = strawberry.field(description="Whom.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")

    def to_domain(self) -> domain.RemoveMember:
        """The command meant."""
        return domain.RemoveMember(ids.expect(self.member_id, "Member", _MEMBER), self.expected_version)


@strawberry.input(description="Which organization to leave.")
class LeaveOrganizationInput:
    """Names the organization, so that nobody leaves another than she means."""

    organization_id: strawberry.ID = strawberry.field(description="The organization, which must be that of the request.")


@strawberry.input(description="Make another member an owner in one's own place.")
class TransferOwnershipInput:
    """The heir, and the password once more."""

    member_id: strawberry.ID = strawberry.field(description="Who is to be an owner.")
    password: str = strawberry.field(description="The viewer's own password.")


@payload(
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.RoleTooHigh,
    domain.AlreadyMember,
    throttling.TooManyAttempts,
    description="The answer to `inviteMember`.",
)
class InviteMemberPayload:
    """The invitation, or why there is none."""

    invitation: Invitation | None = strawberry.field(default=None, description="The invitation, whose link was mailed.")


@payload(refusals.NotFound, domain.RoleTooHigh, description="The answer to `revokeInvitation`.")
class RevokeInvitationPayload:
    """The invitation, or why it was not revoked."""

    invitation: Invitation | None = strawberry.field(default=None, description="The invitation as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.RoleTooHigh, domain.LastOwner, description="The answer to `changeMemberRole`.")
class ChangeMemberRolePayload:
    """The member, or why the role stays."""

    member: Member | None = strawberry.field(default=None, description="The member as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.RoleTooHigh, domain.LastOwner, description="The answer to `removeMember`.")
class RemoveMemberPayload:
    """Whoever is gone, or why not."""

    member: Member | None = strawberry.field(default=None, description="The member that was removed.")


@payload(refusals.NotFound, domain.LastOwner, description="The answer to `leaveOrganization`.")
class LeaveOrganizationPayload:
    """Whoever is gone, or why not."""

    member: Member | None = strawberry.field(default=None, description="The viewer as the member that she was.")


@payload(refusals.NotFound, accounts.PasswordWrong, throttling.TooManyAttempts, description="The answer to `transferOwnership`.")
class TransferOwnershipPayload:
    """Both members, or why nothing changed."""

    owner: Member | None = strawberry.field(default=None, description="The new owner.")
    previous_owner: Member | None = strawberry.field(default=None, description="The viewer, an admin from now on.")


@strawberry.type
class MemberMutations:
    """Mutations of members, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(InviteMemberPayload)],
        description="Ask somebody by mail to join; inviting the same address again replaces the link. Needs members:manage.",
    )
    async def invite_member(
        self, info: strawberry.Info, input: Annotated[InviteMemberInput, strawberry.argument(description="Whom, and as what.")]
    ) -> InviteMemberPayload:
        """See `resolvers.members.invite_member`."""
        return InviteMemberPayload(invitation=await deeds.invite_member(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(RevokeInvitationPayload)], description="Take an invitation back. Needs members:manage.")
    async def revoke_invitation(
        self, info: strawberry.Info, input: Annotated[RevokeInvitationInput, strawberry.argument(description="Which one.")]
    ) -> RevokeInvitationPayload:
        """See `resolvers.members.revoke_invitation`."""
        invitation_id = ids.expect(input.invitation_id, "Invitation", ("input", "invitationId"))
        return RevokeInvitationPayload(invitation=await deeds.revoke_invitation(info.context, invitation_id))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ChangeMemberRolePayload)],
        description="Give a member another role; every process knows it within five seconds. Needs members:manage.",
    )
    async def change_member_role(
        self, info: strawberry.Info, input: Annotated[ChangeMemberRoleInput, strawberry.argument(description="Whose, and which.")]
    ) -> ChangeMemberRolePayload:
        """See `resolvers.members.change_member_role`."""
        return ChangeMemberRolePayload(member=await deeds.change_member_role(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RemoveMemberPayload)],
        description="Let somebody work for the organization no more; the account stays. Needs members:manage.",
    )
    async def remove_member(
        self, info: strawberry.Info, input: Annotated[RemoveMemberInput, strawberry.argument(description="Whom.")]
    ) -> RemoveMemberPayload:
        """See `resolvers.members.remove_member`."""
        return RemoveMemberPayload(member=await deeds.remove_member(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(LeaveOrganizationPayload)],
        description="Work for the organization of the request no more. The last owner cannot leave.",
    )
    async def leave_organization(
        self, info: strawberry.Info, input: Annotated[LeaveOrganizationInput, strawberry.argument(description="Which one.")]
    ) -> LeaveOrganizationPayload:
        """See `resolvers.members.leave_organization`."""
        organization_id = ids.expect(input.organization_id, "Organization", ("input", "organizationId"))
        return LeaveOrganizationPayload(member=await deeds.leave_organization(info.context, organization_id))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(TransferOwnershipPayload)],
        description="Make another member an owner and oneself an admin. Needs organization:own, and the viewer's password.",
    )
    async def transfer_ownership(
        self, info: strawberry.Info, input: Annotated[TransferOwnershipInput, strawberry.argument(description="To whom.")]
    ) -> TransferOwnershipPayload:
        """See `resolvers.members.transfer_ownership`."""
        heir_id = ids.expect(input.member_id, "Member", _MEMBER)
        before, heir = await deeds.transfer_ownership(info.context, heir_id, input.password)
        return TransferOwnershipPayload(owner=heir, previous_owner=before)  # type: ignore[arg-type]
