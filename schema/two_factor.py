"""Two-factor sign-in as clients see it: enrol an authenticator, confirm it, turn it off, get new recovery codes."""

from typing import Annotated

import strawberry

from domain import accounts, throttling
from domain import two_factor as domain
from resolvers import two_factor as deeds
from schema.accounts import Account
from schema.errors import MayRefuse, UserError, payload, shows


@shows(domain.TwoFactorOn, "Two-factor sign-in is on already.")
class TwoFactorOn(UserError):
    """See `domain.two_factor.TwoFactorOn`."""


@shows(domain.TwoFactorOff, "There is no second factor to confirm, to change or to turn off.")
class TwoFactorOff(UserError):
    """See `domain.two_factor.TwoFactorOff`."""


@strawberry.type(description="A picture for a camera.")
class QrCode:
    """See `domain.two_factor.QrCode`."""

    svg: str = strawberry.field(description="The picture as an SVG document.")
    data_uri: str = strawberry.field(description="The same for the `src` of an image.")


@strawberry.type(description="What an authenticator is told; it is shown once.")
class TwoFactorEnrollment:
    """See `domain.two_factor.Enrollment`."""

    secret: str = strawberry.field(description="The secret in base 32, for typing.")
    uri: str = strawberry.field(description="The otpauth address, which the picture holds too.")
    qr: QrCode = strawberry.field(description="The address as a QR code.")


@strawberry.input(description="Who wants to enrol an authenticator.")
class EnrollTwoFactorInput:
    """The password once more."""

    current_password: str = strawberry.field(description="The viewer's password.")


@strawberry.input(description="The first code of an authenticator.")
class ConfirmTwoFactorInput:
    """One code."""

    code: str = strawberry.field(description="What the authenticator shows.")


@strawberry.input(description="Who wants to turn two-factor sign-in off.")
class DisableTwoFactorInput:
    """Both factors."""

    current_password: str = strawberry.field(description="The viewer's password.")
    code: str = strawberry.field(description="What the authenticator shows, or a recovery code.")


@strawberry.input(description="Who wants other recovery codes.")
class RegenerateRecoveryCodesInput:
    """Both factors."""

    current_password: str = strawberry.field(description="The viewer's password.")
    code: str = strawberry.field(description="What the authenticator shows, or a recovery code.")


@payload(
    accounts.PasswordWrong, domain.TwoFactorOn, throttling.TooManyAttempts,
    description="The answer to `enrollTwoFactor`.",
)  # fmt: skip
class EnrollTwoFactorPayload:
    """What to tell the authenticator."""

    enrollment: TwoFactorEnrollment | None = strawberry.field(default=None, description="What to tell the authenticator.")


@payload(
    domain.CodeWrong, domain.TwoFactorOn, domain.TwoFactorOff, throttling.TooManyAttempts,
    description="The answer to `confirmTwoFactor`.",
)  # fmt: skip
class ConfirmTwoFactorPayload:
    """The recovery codes."""

    recovery_codes: list[str] | None = strawberry.field(
        default=None, description="Ten codes, each good once, for the day the authenticator is lost; they are never shown again."
    )


@payload(
    accounts.PasswordWrong, domain.CodeWrong, domain.TwoFactorOff, throttling.TooManyAttempts,
    description="The answer to `disableTwoFactor`.",
)  # fmt: skip
class DisableTwoFactorPayload:
    """The account."""

    account: Account | None = strawberry.field(default=None, description="The account, which needs no second factor any more.")


@payload(
    accounts.PasswordWrong, domain.CodeWrong, domain.TwoFactorOff, throttling.TooManyAttempts,
    description="The answer to `regenerateRecoveryCodes`.",
)  # fmt: skip
class RegenerateRecoveryCodesPayload:
    """The recovery codes."""

    recovery_codes: list[str] | None = strawberry.field(
        default=None, description="Ten codes; those before are good no more, and these are never shown again."
    )


@strawberry.type
class TwoFactorMutations:
    """Mutations of second factors, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(EnrollTwoFactorPayload)],
        description="Get a secret for an authenticator; enrolling again gives another. Nothing is asked for before `confirmTwoFactor`.",
    )
    async def enroll_two_factor(
        self, info: strawberry.Info, input: Annotated[EnrollTwoFactorInput, strawberry.argument(description="The password.")]
    ) -> EnrollTwoFactorPayload:
        """See `resolvers.two_factor.enroll`."""
        return EnrollTwoFactorPayload(enrollment=await deeds.enroll(info.context, input.current_password))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ConfirmTwoFactorPayload)], description="Turn two-factor sign-in on, by the first code of the authenticator."
    )
    async def confirm_two_factor(
        self, info: strawberry.Info, input: Annotated[ConfirmTwoFactorInput, strawberry.argument(description="The first code.")]
    ) -> ConfirmTwoFactorPayload:
        """See `resolvers.two_factor.confirm`."""
        return ConfirmTwoFactorPayload(recovery_codes=list(await deeds.confirm(info.context, input.code)))

    @strawberry.mutation(extensions=[MayRefuse(DisableTwoFactorPayload)], description="Turn two-factor sign-in off, by both factors.")
    async def disable_two_factor(
        self, info: strawberry.Info, input: Annotated[DisableTwoFactorInput, strawberry.argument(description="Both factors.")]
    ) -> DisableTwoFactorPayload:
        """See `resolvers.two_factor.disable`."""
        return DisableTwoFactorPayload(account=await deeds.disable(info.context, input.current_password, input.code))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RegenerateRecoveryCodesPayload)], description="Get other recovery codes, by both factors; those before end."
    )
    async def regenerate_recovery_codes(
        self, info: strawberry.Info, input: Annotated[RegenerateRecoveryCodesInput, strawberry.argument(description="Both factors.")]
    ) -> RegenerateRecoveryCodesPayload:
        """See `resolvers.two_factor.regenerate_recovery_codes`."""
        codes = await deeds.regenerate_recovery_codes(info.context, input.current_password, input.code)
        return RegenerateRecoveryCodesPayload(recovery_codes=list(codes))
