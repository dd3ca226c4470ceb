"""An authenticator as people have it on their telephones, written after RFC 6238 and not after our code, and its owner."""

import base64
import hmac
import struct
from dataclasses import dataclass
from typing import Any

from tests.api.conftest import Client
from tests.identity.conftest import Person

ENROLL = """mutation ($input: EnrollTwoFactorInput!) {
  enrollTwoFactor(input: $input) {
    enrollment { secret uri qr { svg dataUri } } errors { __typename ... on UserError { code path } }
  }
}"""
CONFIRM = """mutation ($input: ConfirmTwoFactorInput!) {
  confirmTwoFactor(input: $input) { recoveryCodes errors { __typename ... on UserError { code path } } }
}"""
DISABLE = """mutation ($input: DisableTwoFactorInput!) {
  disableTwoFactor(input: $input) { account { twoFactor { enabledAt } } errors { __typename ... on UserError { code path } } }
}"""
REGENERATE = """mutation ($input: RegenerateRecoveryCodesInput!) {
  regenerateRecoveryCodes(input: $input) { recoveryCodes errors { __typename ... on UserError { code path } } }
}"""
SIGN_IN = """mutation ($input: SignInInput!) {
  signIn(input: $input) {
    account { twoFactor { enabledAt } } session { methods } tickets { access }
    errors { __typename ... on UserError { code path } ... on SecondFactorRequired { challenge expiresAt methods } }
  }
}"""
ANSWER = """mutation ($input: AnswerChallengeInput!) {
  answerChallenge(input: $input) {
    account { email } session { methods } tickets { access } errors { __typename ... on UserError { code path } }
  }
}"""
TWO_FACTOR = "{ viewer { account { twoFactor { enabledAt recoveryCodesLeft } } } }"
WRONG = "000000"
"""Right once in a million times, for each of three steps; `Guarded.wrong` is never."""

CODE_WRONG = [{"__typename": "CodeWrong", "code": "FORBIDDEN", "path": ["input", "code"]}]
CHALLENGE_ENDED = [{"__typename": "ChallengeEnded", "code": "UNAUTHENTICATED", "path": ["input", "challenge"]}]


def code_at(secret: str, step: int) -> str:
    """The code that is shown in this step of thirty seconds since 1970."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    at = mac[-1] & 15
    number: int = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@dataclass(frozen=True)
class Guarded:
    """Somebody with a second factor, signed in since before she had it."""

    person: Person
    client: Client
    secret: str
    recovery_codes: list[str]

    async def step(self) -> int:
        """The step that it is by the database's time."""
        seconds = await self.person.tenant.house.pools.system.fetchval("SELECT extract(epoch FROM app_now())")
        return int(seconds) // 30

    async def code(self, off: int = 0) -> str:
        """What her authenticator shows, so many steps from now."""
        return code_at(self.secret, await self.step() + off)

    async def wrong(self) -> str:
        """A code that it shows at no time near."""
        shown = {code_at(self.secret, await self.step() + off) for off in range(-4, 5)}
        return next(each for each in map("{:06}".format, range(20)) if each not in shown)

    async def sign_in(self, password: str | None = None, **headers: str) -> Any:
        """The payload of `signIn`."""
        asking = self.person.tenant.anonymous.with_headers(**headers)
        return (await asking.ask(SIGN_IN, input={"email": self.person.email, "password": password or self.person.password}))["signIn"]

    async def challenge(self, **headers: str) -> str:
        """The secret of a new challenge."""
        [error] = (await self.sign_in(**headers))["errors"]
        return str(error["challenge"])

    async def answer(self, challenge: str, code: str, **headers: str) -> Any:
        """The payload of `answerChallenge`."""
        asking = self.person.tenant.anonymous.with_headers(**headers)
        return (await asking.ask(ANSWER, input={"challenge": challenge, "code": code}))["answerChallenge"]

    async def own(self, document: str, **wish: Any) -> Any:
        """The payload of a mutation that she asks for, signed in."""
        [payload] = (await self.client.ask(document, input=wish)).values()
        return payload

    async def shown(self) -> Any:
        """What she sees of her second factor."""
        return (await self.client.ask(TWO_FACTOR))["viewer"]["account"]["twoFactor"]


async def enroll(person: Person) -> Guarded:
    """Somebody who has enrolled, and not confirmed yet."""
    client = await person.client()
    payload = (await client.ask(ENROLL, input={"currentPassword": person.password}))["enrollTwoFactor"]
    assert payload["errors"] == []
    return Guarded(person, client, payload["enrollment"]["secret"], [])


async def guard(person: Person) -> Guarded:
    """Somebody with a second factor; the code of this step is used up by it, and the next one is good already."""
    waiting = await enroll(person)
    payload = await waiting.own(CONFIRM, code=await waiting.code())
    assert payload["errors"] == []
    return Guarded(person, waiting.client, waiting.secret, payload["recoveryCodes"])


async def live_sessions(person: Person) -> int:
    """In how many places she is signed in."""
    counted: int = await person.tenant.house.pools.system.fetchval(
        "SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 AND s.revoked_at IS NULL", person.email
    )
    return counted
