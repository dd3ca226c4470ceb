"""The refusals of signing in that have a type of their own: pages tell a wrong code from a challenge that is over."""

from collections.abc import Mapping

from domain.challenges import ChallengeEnded, SecondFactorRequired
from domain.refusals import ErrorCode, Refusal
from domain.two_factor import CodeWrong
from gateway.rest.problems import Detail, Problem, kind_of_type, pointer
from schema.scalars import show_time

TITLES: Mapping[type[Refusal], str] = {
    SecondFactorRequired: "The password was right, and a code is owed",
    ChallengeEnded: "The challenge is over, or never was",
    CodeWrong: "The code is wrong, too old, or was used already",
}


def problem_of(refusal: Refusal) -> Problem | None:
    """The problem that tells a refusal, with its facts; None where its code says enough."""
    title = TITLES.get(type(refusal))
    if title is None:
        return None
    kind = kind_of_type(refusal.typename, title, refusal.code)
    source = pointer(refusal.path[1:]) if refusal.path else {}
    headers = {"WWW-Authenticate": "Bearer"} if refusal.code is ErrorCode.UNAUTHENTICATED else {}
    return Problem(kind, refusal.message, (Detail(refusal.message, source, _facts(refusal), kind),), headers=headers)


def _facts(refusal: Refusal) -> Mapping[str, object]:
    if not isinstance(refusal, SecondFactorRequired):
        return {}
    methods = [each.value for each in refusal.methods]
    return {"challenge": refusal.challenge, "expiresAt": show_time(refusal.expires_at), "methods": methods}
