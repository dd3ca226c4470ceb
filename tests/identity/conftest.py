"""People who sign up and in, and the letters that they are sent."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.letters import PostgresLetters
from domain.letters import Letter, LetterKind
from gateway.house import House
from tests.api.conftest import Client, Tenant, api_settings, gateway, house, http, other_tenant, tenant

__all__ = ["api_settings", "gateway", "house", "http", "other_tenant", "tenant"]

PASSWORD = "plum lantern gravel Tuesday"
SIGN_UP = "mutation ($input: SignUpInput!) { signUp(input: $input) { sentTo errors { __typename ... on UserError { message path } } } }"
VERIFY = """mutation ($input: VerifyEmailInput!) {
  verifyEmail(input: $input) { account { personId email name } errors { __typename ... on UserError { message path } } }
}"""
SIGN_IN = """mutation ($input: SignInInput!) {
  signIn(input: $input) {
    account { email } session { id device methods } tickets { access refresh expiresAt }
    errors { __typename ... on UserError { message code path } ... on TooManyAttempts { retryAt } }
  }
}"""


@dataclass
class PostBox:
    """All letters of this run, taken out of the queue as they are needed."""

    queue: PostgresLetters
    letters: list[Letter] = field(default_factory=list)

    async def to(self, email: str) -> list[Letter]:
        """The letters to this address, the oldest first."""
        while claimed := await self.queue.claim(100):
            self.letters += [each.letter for each in claimed if each.letter]
            for each in claimed:
                await self.queue.sent(each)
        return [each for each in self.letters if each.to == email]

    async def token(self, email: str, kind: LetterKind, fact: str = "link") -> str:
        """The secret in the link of the newest letter of this kind."""
        newest = [each for each in await self.to(email) if each.kind is kind][-1]
        found = re.search(r"token=([\w-]+)", newest.facts[fact])
        assert found, newest.facts[fact]
        return found[1]


@pytest.fixture(scope="session")
def post_box(house: House) -> PostBox:
    """The letters that wait."""
    return PostBox(PostgresLetters(house.pools.system, house.outside.vault))


@dataclass(frozen=True)
class Person:
    """Somebody with an account in a hall."""

    tenant: Tenant
    email: str
    password: str = PASSWORD

    async def sign_in(self, password: str | None = None, **headers: str) -> Any:
        """The payload of `signIn`."""
        asking = self.tenant.anonymous.with_headers(**headers)
        return (await asking.ask(SIGN_IN, input={"email": self.email, "password": password or self.password}))["signIn"]

    async def client(self, **headers: str) -> Client:
        """She, signed in with an access token of a new session."""
        payload = await self.sign_in(**headers)
        return Client(self.tenant.http, {"authorization": f"Bearer {payload['tickets']['access']}", **headers})


async def make_person(tenant: Tenant, post_box: PostBox, **wish: Any) -> Person:
    """Somebody new, signed up by the link that was mailed."""
    email = f"ada-{new_id()}@example.org"
    await tenant.anonymous.ask(SIGN_UP, input={"email": email, "password": PASSWORD, "name": "Ada Lovelace", **wish})
    token = await post_box.token(email, LetterKind.VERIFY_EMAIL)
    verified = await tenant.anonymous.ask(VERIFY, input={"password": PASSWORD, "token": token})
    assert verified["verifyEmail"]["errors"] == []
    return Person(tenant, email)


@pytest_asyncio.fixture
async def ada(tenant: Tenant, post_box: PostBox) -> Person:
    """Somebody with an account."""
    return await make_person(tenant, post_box)
