"""Sessions as clients see them: sign in, go on, sign out, end those on other devices."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from domain import accounts, challenges, refusals, throttling
from domain import sessions as domain
from domain.accounts import SignedIn
from domain.sessions import Carrier, Method
from resolvers import sessions as deeds
from schema import ids
from schema.accounts import Account
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.nodes import Node, found_by
from schema.scalars import EmailAddress

show_enum(
    Method,
    "How somebody proved who she is.",
    {
        "PASSWORD": "By her password.",
        "TOTP": "By a code of her authenticator.",
        "RECOVERY_CODE": "By a recovery code.",
        "FOREIGN": "By a front end with NextAuth.",
    },
)


@strawberry.federation.type(keys=["id"], description="A person signed in on one device.")
class Session(Node):
    """See `domain.sessions.Session`."""

    device: str = strawberry.field(description="The browser or program, as far as it says.")
    address: str | None = strawberry.field(description="The network address it signed in from.")
    created_at: datetime = strawberry.field(description="When it signed in.")
    last_seen_at: datetime = strawberry.field(description="When it was last used, give or take a minute.")
    ends_at: datetime = strawberry.field(description="When it ends if it is not used before.")

    @strawberry.field(description="How the person proved who she is.")
    def methods(self: domain.Session) -> list[Method]:
        """One after another."""
        return [Method(each) for each in self.methods]

    @strawberry.field(description="Whether it is the one that asks.")
    def is_current(self: domain.Session, info: strawberry.Info) -> bool:
        """Compared with the session of the request."""
        return bool(info.context.viewer.session_id == self.id)


@strawberry.type(description="What a program that signed in carries.")
class Tickets:
    """See `domain.sessions.Tickets`."""

    access: str = strawberry.field(description="The access token; send it as `Authorization: Bearer …`.")
    refresh: str = strawberry.field(description="The refresh token; good once, for the next pair.")

    @strawberry.field(description="When the access token expires.")
    def expires_at(self: domain.Tickets) -> datetime:
        """As a time."""
        return datetime.fromtimestamp(self.expires_at, UTC)


@shows(accounts.CredentialsWrong, "The address and the password do not belong together, or the address has not been proved yet.")
class CredentialsWrong(UserError):
    """See `domain.accounts.CredentialsWrong`."""


@shows(domain.SessionEnded, "The session is over, or there never was one.")
class SessionEnded(UserError):
    """See `domain.sessions.SessionEnded`."""


@shows(challenges.SecondFactorRequired, "The password was right, and a code is owed; nobody is signed in yet.")
class SecondFactorRequired(UserError):
    """See `domain.challenges.SecondFactorRequired`."""

    challenge: str = strawberry.field(description="The secret to answer with by `answerChallenge`.")
    expires_at: datetime = strawberry.field(description="Until when it can be answered.")
    methods: list[Method] = strawberry.field(description="How the person may prove who she is.")


@strawberry.input(description="Who wants in.")
class SignInInput:
    """Read into `domain.accounts.SignIn`."""

    email: EmailAddress = strawberry.field(description="The address of the account.")
    password: str = strawberry.field(description="Its password.")

    def to_domain(self) -> accounts.SignIn:
        """The command meant."""
        return accounts.SignIn(self.email, self.password)


@strawberry.input(description="The refresh token.")
class RefreshSessionInput:
    """One secret."""

    refresh_token: str = strawberry.field(description="The one received last.")


@strawberry.input(description="Which sessions to end by signing out.")
class SignOutInput:
    """Here, or everywhere."""

    everywhere: bool = strawberry.field(default=False, description="Whether sessions on other devices end too.")


@strawberry.input(description="Which session to end.")
class RevokeSessionInput:
    """One session."""

    session_id: strawberry.ID = strawberry.field(description="The session.")


@strawberry.input(description="Which sessions to end.")
class RevokeOtherSessionsInput:
    """All but one's own, or all."""

    keep_current: bool = strawberry.field(default=True, description="Whether the session that asks goes on.")


@payload(accounts.CredentialsWrong, challenges.SecondFactorRequired, throttling.TooManyAttempts, description="The answer to `signIn`.")
class SignInPayload:
    """The session and what its bearer carries."""

    account: Account | None = strawberry.field(default=None, description="Who signed in.")
    session: Session | None = strawberry.field(default=None, description="The new session.")
    tickets: Tickets | None = strawberry.field(default=None, description="The tokens to carry.")


@payload(domain.SessionEnded, throttling.TooManyAttempts, description="The answer to `refreshSession`.")
class RefreshSessionPayload:
    """The next tokens."""

    session: Session | None = strawberry.field(default=None, description="The session, which goes on.")
    tickets: Tickets | None = strawberry.field(default=None, description="The tokens to carry from now on.")


@payload(domain.SessionEnded, description="The answer to `signOut`.")
class SignOutPayload:
    """How many sessions ended."""

    ended: int | None = strawberry.field(default=None, description="How many sessions ended.")


@payload(refusals.NotFound, description="The answer to `revokeSession`.")
class RevokeSessionPayload:
    """How many sessions ended."""

    ended: int | None = strawberry.field(
        default=None, description="How many sessions ended: this one, and those begun from it by going over to another organization."
    )


@payload(domain.SessionEnded, description="The answer to `revokeOtherSessions`.")
class RevokeOtherSessionsPayload:
    """How many sessions ended."""

    ended: int | None = strawberry.field(default=None, description="How many sessions ended.")


@strawberry.type
class SessionMutations:
    """Mutations of sessions, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(SignInPayload)],
        description="Sign in with a password, for tokens that a program carries. Browsers sign in at /api/auth/login, for a cookie.",
    )
    async def sign_in(
        self, info: strawberry.Info, input: Annotated[SignInInput, strawberry.argument(description="Who wants in.")]
    ) -> SignInPayload:
        """See `resolvers.sessions.sign_in`."""
        signed_in = await deeds.sign_in(info.context, input.to_domain(), Carrier.TOKENS)
        return SignInPayload(account=signed_in.account, **_carried(signed_in))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RefreshSessionPayload)],
        description="Get the next pair of tokens. A token that was used before ends the session, unless its answer was lost seconds ago.",
    )
    async def refresh_session(
        self, info: strawberry.Info, input: Annotated[RefreshSessionInput, strawberry.argument(description="The refresh token.")]
    ) -> RefreshSessionPayload:
        """See `resolvers.sessions.refresh`."""
        return RefreshSessionPayload(**_carried(await deeds.refresh(info.context, input.refresh_token)))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(SignOutPayload)], description="End the session that asks, or all of the viewer's.")
    async def sign_out(
        self, info: strawberry.Info, input: Annotated[SignOutInput, strawberry.argument(description="Here, or everywhere.")]
    ) -> SignOutPayload:
        """See `resolvers.sessions.sign_out`."""
        return SignOutPayload(ended=await deeds.sign_out(info.context, everywhere=input.everywhere))

    @strawberry.mutation(extensions=[MayRefuse(RevokeSessionPayload)], description="End one of the viewer's sessions.")
    async def revoke_session(
        self, info: strawberry.Info, input: Annotated[RevokeSessionInput, strawberry.argument(description="Which one.")]
    ) -> RevokeSessionPayload:
        """See `resolvers.sessions.revoke_session`."""
        session_id = ids.expect(input.session_id, "Session", ("input", "sessionId"))
        return RevokeSessionPayload(ended=await deeds.revoke_session(info.context, session_id))

    @strawberry.mutation(extensions=[MayRefuse(RevokeOtherSessionsPayload)], description="End the viewer's sessions on other devices.")
    async def revoke_other_sessions(
        self, info: strawberry.Info, input: Annotated[RevokeOtherSessionsInput, strawberry.argument(description="Which ones.")]
    ) -> RevokeOtherSessionsPayload:
        """See `resolvers.sessions.revoke_sessions`."""
        return RevokeOtherSessionsPayload(ended=await deeds.revoke_sessions(info.context, keep_own=input.keep_current))


def _carried(signed_in: SignedIn) -> dict[str, object]:
    return {"session": signed_in.session, "tickets": signed_in.tickets}


found_by("Session", deeds.sessions_by_id)
