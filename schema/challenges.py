"""Challenges as clients see them: the second step of a sign-in."""

from typing import Annotated

import strawberry

from domain import challenges as domain
from domain import throttling, two_factor
from domain.sessions import Carrier
from resolvers.answering import answer_challenge
from schema.accounts import Account
from schema.errors import MayRefuse, UserError, payload, shows
from schema.sessions import Session, Tickets


@shows(domain.ChallengeEnded, "The challenge was answered, is too old, was tried too often, or never was.")
class ChallengeEnded(UserError):
    """See `domain.challenges.ChallengeEnded`."""


@strawberry.input(description="The answer to a challenge.")
class AnswerChallengeInput:
    """The challenge and a code."""

    challenge: str = strawberry.field(description="The secret that `SecondFactorRequired` told.")
    code: str = strawberry.field(description="What the authenticator shows, or a recovery code.")


@payload(
    two_factor.CodeWrong, domain.ChallengeEnded, throttling.TooManyAttempts,
    description="The answer to `answerChallenge`.",
)  # fmt: skip
class AnswerChallengePayload:
    """The session and what its bearer carries."""

    account: Account | None = strawberry.field(default=None, description="Who signed in.")
    session: Session | None = strawberry.field(default=None, description="The new session.")
    tickets: Tickets | None = strawberry.field(default=None, description="The tokens to carry.")


@strawberry.type
class ChallengeMutations:
    """Mutations of challenges, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(AnswerChallengePayload)],
        description=(
            "Finish signing in with a code, within five minutes and five tries, at the organization where it began. "
            "What began at /api/auth/login for a cookie is finished at /api/auth/2fa/challenge."
        ),
    )
    async def answer_challenge(
        self, info: strawberry.Info, input: Annotated[AnswerChallengeInput, strawberry.argument(description="The challenge and a code.")]
    ) -> AnswerChallengePayload:
        """See `resolvers.answering.answer_challenge`."""
        done = await answer_challenge(info.context, input.challenge, input.code, (Carrier.TOKENS,))
        return AnswerChallengePayload(account=done.account, session=done.session, tickets=done.tickets)  # type: ignore[arg-type]
