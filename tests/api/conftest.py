"""A whole gateway in this process, asked over HTTP as a client would, on the run's PostgreSQL and Valkey."""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.crypto.identifiers import new_id
from adapters.postgres.founding import Member, found
from domain.identity import Role
from domain.organizations import Organization
from domain.tokens import Claims
from gateway.app import Gateway, build_gateway
from gateway.database import Pools
from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.valkey import ValkeyAddress
from gateway.house import House, furnish
from gateway.settings import Settings, read_settings
from gateway.vault_keys import new_vault_key

NOWHERE = "127.0.0.1:9"
# One for all houses of a run, which share a database: what is sealed there must open in each of them.
PEM = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
VAULT_KEY = new_vault_key()


@pytest.fixture(scope="session")
def api_settings(database: DatabaseAddresses, valkey: ValkeyAddress) -> Settings:
    """A gateway in development, whose object storage and mail server do not answer."""
    return settings_on(database, valkey)


def settings_on(database: DatabaseAddresses, valkey: ValkeyAddress) -> Settings:
    """The same, for those who change something of it."""
    return read_settings(
        {
            "TICKETBASE_MODE": "development",
            "DATABASE_URL": database.app,
            "DATABASE_SYSTEM_URL": database.system,
            "REDIS_URL": valkey.url,
            "S3_ENDPOINT": f"http://{NOWHERE}",
            "S3_ACCESS_KEY": "nobody",
            "S3_SECRET_KEY": "nothing",
            "SMTP_URL": f"smtp://{NOWHERE}",
            "TICKETBASE_SIGNING_KEY": PEM,
            "TICKETBASE_VAULT_KEYS": VAULT_KEY,
            "TICKETBASE_TRUSTED_PROXIES": "127.0.0.1",
            "TICKETBASE_EXECUTOR": os.environ.get("TICKETBASE_EXECUTOR", "compiled"),  # `make differential` asks both
        }
    )


@pytest_asyncio.fixture(scope="session")
async def house(api_settings: Settings, app_pool: Any, system_pool: Any) -> AsyncIterator[House]:
    """The open house, on pools whose statements are counted."""
    async with furnish(api_settings, Pools(app_pool, system_pool)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session")
async def gateway(house: House) -> Gateway:
    """Its doors."""
    return await build_gateway(house)


@dataclass(frozen=True)
class Client:
    """A caller with headers of his own."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole GraphQL response."""
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=self.headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data; the test fails when there are errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, query: str, **variables: Any) -> str:
        """The code of the only top-level error."""
        [error] = (await self.answer(query, **variables))["errors"]
        return str(error["extensions"]["code"])

    def with_headers(self, **headers: str) -> "Client":
        """The same caller with more headers (`x_cart` is X-Cart)."""
        return Client(self.http, self.headers | {name.replace("_", "-"): value for name, value in headers.items()})


@pytest_asyncio.fixture(scope="session")
async def http(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP without a socket."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway.app), base_url="http://127.0.0.1") as client:
        yield client


@dataclass(frozen=True)
class Tenant:
    """An organization with a member in every role, and the clients who speak for them."""

    organization: Organization
    house: House
    http: httpx.AsyncClient
    people: dict[Role, Any]

    @property
    def anonymous(self) -> Client:
        """Somebody who has said nothing of himself but where he is; each organization's are at an address of their own."""
        return Client(self.http, {"x-organization": self.organization.slug, "x-forwarded-for": self.address})

    @property
    def address(self) -> str:
        """A network address that no other organization's people have."""
        return str(IPv6Address(self.organization.id.int))

    def member(self, role: Role) -> Client:
        """The member with this role, signed in, at the address of her organization."""
        claims = Claims(self.people[role], self.organization.id, 1, int(time.time()) + 600)
        return Client(self.http, {"authorization": f"Bearer {self.house.tokens.issue(claims)}", "x-forwarded-for": self.address})

    @property
    def owner(self) -> Client:
        """The owner, signed in."""
        return self.member(Role.OWNER)


async def make_tenant(house: House, http: httpx.AsyncClient, **terms: Any) -> Tenant:
    """A new organization with a member in every role."""
    organization_id = new_id()
    organization = Organization(**{"id": organization_id, "slug": f"hall-{organization_id}", "name": "The Hall", **terms})
    people = {role: new_id() for role in Role}
    members = [Member(person_id, role.value.title(), f"{role.value}@{organization_id}.example", role) for role, person_id in people.items()]
    assert await found(house.pools.app, organization, members=members)
    await house.pools.system.fetch("INSERT INTO accounts (person_id) SELECT unnest($1::uuid[])", list(people.values()))
    return Tenant(organization, house, http, people)


@pytest_asyncio.fixture
async def tenant(house: House, http: httpx.AsyncClient) -> Tenant:
    """An organization of this test's own."""
    return await make_tenant(house, http)


@pytest_asyncio.fixture
async def other_tenant(house: House, http: httpx.AsyncClient) -> Tenant:
    """Another organization, who must not notice."""
    return await make_tenant(house, http)
