"""People with accounts on a platform of real processes, signed in by password at either gateway."""

from dataclasses import dataclass
from typing import Any

from adapters.crypto.passwords import open_passwords
from tests.api.conftest import Client
from tests.two_workers.platform import Platform, Tenant

PASSWORD = "plum lantern gravel Tuesday"
LETS_IN = "INSERT INTO accounts (person_id, email_verified_at, password_hash) VALUES ($1, now(), $2)"
SIGN_IN = """mutation ($input: SignInInput!) {
  signIn(input: $input) { tickets { access refresh } session { id } errors { __typename } }
}"""
REFRESH = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { tickets { access refresh } errors { __typename } } }"


@dataclass(frozen=True, slots=True)
class Olga:
    """The owner of an organization, who has an account."""

    tenant: Tenant

    @property
    def credentials(self) -> dict[str, str]:
        """What she signs in with."""
        return {"email": f"olga@{self.tenant.organization.id}.example", "password": PASSWORD}

    async def sign_in(self, gateway: int = 0) -> dict[str, str]:
        """Her tokens."""
        signed_in = (await self.tenant.buyer(gateway).ask(SIGN_IN, input=self.credentials))["signIn"]
        assert signed_in["errors"] == [], signed_in
        tickets: dict[str, str] = signed_in["tickets"]
        return tickets

    async def refresh(self, token: str, gateway: int = 0) -> dict[str, str]:
        """The next pair."""
        refreshed = (await self.tenant.buyer(gateway).ask(REFRESH, input={"refreshToken": token}))["refreshSession"]
        assert refreshed["errors"] == [], refreshed
        tickets: dict[str, str] = refreshed["tickets"]
        return tickets

    async def cookie(self, gateway: int = 0) -> str:
        """The cookie of a new session of a browser."""
        http = self.tenant.https[gateway]
        answer = await http.post("/api/auth/login", json=self.credentials, headers={"x-organization": self.tenant.slug})
        assert answer.status_code == 200, answer.text
        http.cookies.clear()
        return answer.headers["set-cookie"].partition(";")[0]

    def client(self, access: str, gateway: int = 0) -> Client:
        """She, at one of the gateways."""
        return Client(self.tenant.https[gateway], {"authorization": f"Bearer {access}"})


async def let_in(platform: Platform, tenant: Tenant) -> Olga:
    """Give the tenant's owner an account."""
    async with open_passwords() as passwords:
        hashed = await passwords.hash(PASSWORD)
    async with platform.connected(platform.superuser) as connection:
        await connection.execute(LETS_IN, tenant.owner_id, hashed)
    return Olga(tenant)


async def change(platform: Platform, statement: str, *values: Any) -> None:
    """Something that happens to the database of somebody's doing."""
    async with platform.connected(platform.superuser) as connection:
        await connection.execute(statement, *values)
