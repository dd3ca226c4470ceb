"""Accounts as clients see them: sign up, prove an address, set another password, say something else of oneself."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import accounts as domain
from domain import passwords, refusals, throttling, two_factor
from domain.passwords import PasswordFlaw
from resolvers import accounts as deeds
from resolvers.two_factor import state_of
from schema import ids
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.scalars import EmailAddress

show_enum(
    PasswordFlaw,
    "Why a password is not taken.",
    {
        "TOO_SHORT": "It has fewer than ten characters.",
        "TOO_LONG": "It has more than 256 bytes.",
        "NOT_TEXT": "It has characters that cannot be typed everywhere.",
        "COMMON": "Many people use it, so it is tried first.",
        "PREDICTABLE": "It follows a pattern such as 12345 or qwerty.",
        "PERSONAL": "It is made of the person's name, her address or ours.",
    },
)


@strawberry.type(description="One entry of a profile.")
class ProfileEntry:
    """An item of `domain.accounts.Account.profile`."""

    key: str = strawberry.field(description="What it is about, such as phone or company.")
    text: str = strawberry.field(description="What is said.")


@strawberry.type(description="A second factor that is asked for at every sign-in.")
class TwoFactor:
    """See `domain.two_factor.TwoFactorState`."""

    enabled_at: datetime = strawberry.field(description="When it was turned on.")
    recovery_codes_left: int = strawberry.field(description="How many recovery codes were not used yet.")


@strawberry.type(name="Account", description="A person who can sign in, as she sees herself.")
class Account:
    """See `domain.accounts.Account`."""

    email: EmailAddress = strawberry.field(description="Where mail reaches the person, and what she signs in with.")
    email_verified_at: datetime | None = strawberry.field(description="When the address was proved.")
    name: str = strawberry.field(description="What the person is called.")
    locale: str = strawberry.field(description="The language of mails to her, BCP 47.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="The person, opaque.")
    def person_id(self: domain.Account) -> strawberry.ID:
        """The global id of the person."""
        return ids.show("Person", self.person_id)

    @strawberry.field(description="What else the person says of herself, by key.")
    def profile(self: domain.Account) -> list[ProfileEntry]:
        """The entries in the order of their keys."""
        return [ProfileEntry(key=key, text=text) for key, text in sorted(self.profile.items())]

    @strawberry.field(description="Whether there is a password to sign in with.")
    def has_password(self: domain.Account) -> bool:
        """People who come from elsewhere may have none."""
        return self.password_hash is not None

    @strawberry.field(description="The second factor; null where none is on, and to whoever is not signed in as this person.")
    async def two_factor(self: domain.Account, info: strawberry.Info) -> TwoFactor | None:
        """Since when, and with how many recovery codes."""
        return await state_of(info.context, self.person_id)  # type: ignore[return-value]


@shows(passwords.PasswordUnacceptable, "The password is too short, too long or too easy to guess.")
class PasswordUnacceptable(UserError):
    """See `domain.passwords.PasswordUnacceptable`."""

    reason: PasswordFlaw = strawberry.field(description="What is wrong with it.")


@shows(domain.PasswordWrong, "Somebody did not give the password that is hers.")
class PasswordWrong(UserError):
    """See `domain.accounts.PasswordWrong`."""


@shows(two_factor.CodeWrong, "The code is wrong, too old, or was used already.")
class CodeWrong(UserError):
    """See `domain.two_factor.CodeWrong`."""


@shows(domain.LinkInvalid, "The link was used, is too old, or was never sent.")
class LinkInvalid(UserError):
    """See `domain.accounts.LinkInvalid`."""


@shows(domain.OrganizationSlugTaken, "Another organization has this name in its addresses.")
class OrganizationSlugTaken(UserError):
    """See `domain.accounts.OrganizationSlugTaken`."""

    slug: str = strawberry.field(description="The name that is taken.")


@shows(throttling.TooManyAttempts, "There were too many attempts.")
class TooManyAttempts(UserError):
    """See `domain.throttling.TooManyAttempts`."""

    retry_at: datetime = strawberry.field(description="From when on one may try again.")


@strawberry.input(description="An organization of one's own.")
class FoundOrganizationInput:
    """Read into `domain.accounts.FoundOrganization`."""

    slug: str = strawberry.field(description="Its name in addresses: small letters, digits, single hyphens.")
    name: str = strawberry.field(description="What people call it.")
    default_locale: str = strawberry.field(default="en", description="The language of texts that lack the reader's, BCP 47.")
    default_currency: str = strawberry.field(default="EUR", description="The currency of its prices, ISO 4217.")


@strawberry.input(description="A new account.")
class SignUpInput:
    """Read into `domain.accounts.SignUp`."""

    email: EmailAddress = strawberry.field(description="Where the link is mailed that finishes it.")
    password: str = strawberry.field(description="At least ten characters, and nothing that is easy to guess.")
    name: str = strawberry.field(description="What the person is called.")
    locale: str = strawberry.field(default="en", description="The language of mails to her, BCP 47.")
    organization: FoundOrganizationInput | None = strawberry.field(default=None, description="An organization to found with it.")

    def to_domain(self) -> domain.SignUp:
        """The command meant."""
        wished = self.organization
        terms = (wished.slug, wished.name, wished.default_locale, wished.default_currency) if wished else None
        return domain.SignUp(self.email, self.password, self.name, self.locale, domain.FoundOrganization(*terms) if terms else None)


@strawberry.input(description="The secret of the link that was mailed.")
class VerifyEmailInput:
    """What the link holds."""

    token: str = strawberry.field(description="What follows `token=` in the link.")
    password: str = strawberry.field(description="The password typed at signing up, once more: the link alone finishes nothing.")
    organization_slug: str | None = strawberry.field(
        default=None, description="Another name for the organization, where the one wished for was taken meanwhile."
    )


@strawberry.input(description="Whose password is to be set anew.")
class RequestPasswordResetInput:
    """The address."""

    email: EmailAddress = strawberry.field(description="Where the link is mailed that sets another password.")


@strawberry.input(description="Another password, by a link that was mailed.")
class ResetPasswordInput:
    """The link's secret and the password."""

    token: str = strawberry.field(description="What follows `token=` in the link.")
    password: str = strawberry.field(description="The new password.")


@strawberry.input(description="Another password, by the one before.")
class ChangePasswordInput:
    """Both passwords."""

    current_password: str = strawberry.field(description="The password until now.")
    password: str = strawberry.field(description="The new password.")


@strawberry.input(description="One entry of a profile.")
class ProfileEntryInput:
    """An item of `domain.accounts.UpdateProfile.profile`."""

    key: str = strawberry.field(description="What it is about, such as phone or company.")
    text: str = strawberry.field(description="What is said; an empty text takes the entry away.")


@strawberry.input(description="A change of one's own account; what is left out stays as it is.")
class UpdateProfileInput:
    """Read into `domain.accounts.UpdateProfile`."""

    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    name: str | None = strawberry.field(default=None, description="Another name.")
    locale: str | None = strawberry.field(default=None, description="Another language of mails.")
    profile: list[ProfileEntryInput] | None = strawberry.field(default=None, description="Entries to set; others stay.")

    def to_domain(self) -> domain.UpdateProfile:
        """The command meant."""
        entries = None if self.profile is None else {each.key: each.text for each in self.profile}
        return domain.UpdateProfile(self.expected_version, self.name, self.locale, entries)


@payload(
    refusals.InputInvalid, passwords.PasswordUnacceptable, domain.OrganizationSlugTaken, throttling.TooManyAttempts,
    description="The answer to `signUp`, the same whether there is an account already or not.",
)  # fmt: skip
class SignUpPayload:
    """Where the link went."""

    sent_to: EmailAddress | None = strawberry.field(default=None, description="Where the link was mailed.")


@payload(
    refusals.InputInvalid, domain.LinkInvalid, domain.PasswordWrong, domain.OrganizationSlugTaken, throttling.TooManyAttempts,
    description="The answer to `verifyEmail`.",
)  # fmt: skip
class VerifyEmailPayload:
    """The account."""

    account: Account | None = strawberry.field(default=None, description="The account, which can sign in now.")


@payload(refusals.InputInvalid, throttling.TooManyAttempts, description="The answer to `requestPasswordReset`, the same for every address.")
class RequestPasswordResetPayload:
    """Where the link went."""

    sent_to: EmailAddress | None = strawberry.field(default=None, description="Where the link was mailed.")


@payload(domain.LinkInvalid, passwords.PasswordUnacceptable, throttling.TooManyAttempts, description="The answer to `resetPassword`.")
class ResetPasswordPayload:
    """The account."""

    account: Account | None = strawberry.field(default=None, description="The account, whose sessions have all ended.")


@payload(domain.PasswordWrong, passwords.PasswordUnacceptable, throttling.TooManyAttempts, description="The answer to `changePassword`.")
class ChangePasswordPayload:
    """The account."""

    account: Account | None = strawberry.field(default=None, description="The account, whose other sessions have ended.")


@payload(refusals.InputInvalid, refusals.VersionConflict, description="The answer to `updateProfile`.")
class UpdateProfilePayload:
    """The account."""

    account: Account | None = strawberry.field(default=None, description="The account as it is now.")


@strawberry.type
class AccountMutations:
    """Mutations of accounts, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(SignUpPayload)],
        description="Ask for an account. A link that finishes it is mailed; until then there is none, and nobody can sign in with it.",
    )
    async def sign_up(
        self, info: strawberry.Info, input: Annotated[SignUpInput, strawberry.argument(description="The account wished for.")]
    ) -> SignUpPayload:
        """See `resolvers.accounts.sign_up`."""
        return SignUpPayload(sent_to=await deeds.sign_up(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(VerifyEmailPayload)], description="Finish signing up, with the link that was mailed.")
    async def verify_email(
        self, info: strawberry.Info, input: Annotated[VerifyEmailInput, strawberry.argument(description="The link.")]
    ) -> VerifyEmailPayload:
        """See `resolvers.accounts.verify_email`."""
        account = await deeds.verify_email(info.context, input.token, input.password, input.organization_slug)
        return VerifyEmailPayload(account=account)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(RequestPasswordResetPayload)], description="Have a link mailed that sets another password.")
    async def request_password_reset(
        self, info: strawberry.Info, input: Annotated[RequestPasswordResetInput, strawberry.argument(description="Whose.")]
    ) -> RequestPasswordResetPayload:
        """See `resolvers.accounts.request_password_reset`."""
        return RequestPasswordResetPayload(sent_to=await deeds.request_password_reset(info.context, input.email))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ResetPasswordPayload)], description="Set another password, with the link that was mailed; ends all sessions."
    )
    async def reset_password(
        self, info: strawberry.Info, input: Annotated[ResetPasswordInput, strawberry.argument(description="The link and the password.")]
    ) -> ResetPasswordPayload:
        """See `resolvers.accounts.reset_password`."""
        account = await deeds.reset_password(info.context, input.token, input.password)
        return ResetPasswordPayload(account=account)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ChangePasswordPayload)], description="Set another password for oneself; ends one's other sessions."
    )
    async def change_password(
        self, info: strawberry.Info, input: Annotated[ChangePasswordInput, strawberry.argument(description="Both passwords.")]
    ) -> ChangePasswordPayload:
        """See `resolvers.accounts.change_password`."""
        account = await deeds.change_password(info.context, input.current_password, input.password)
        return ChangePasswordPayload(account=account)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdateProfilePayload)], description="Say something else of oneself.")
    async def update_profile(
        self, info: strawberry.Info, input: Annotated[UpdateProfileInput, strawberry.argument(description="What to change.")]
    ) -> UpdateProfilePayload:
        """See `resolvers.accounts.update_profile`."""
        return UpdateProfilePayload(account=await deeds.update_profile(info.context, input.to_domain()))  # type: ignore[arg-type]
