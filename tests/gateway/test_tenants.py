"""The tenant of a request: only what can be a name is looked up, and it is looked up once in a while."""

from uuid import UUID

import pytest

from domain.identity import Membership, Role
from domain.organizations import Organization
from domain.refusals import NotFound, Refused
from gateway.tenants import Tenants

pytestmark = pytest.mark.asyncio

HALL = Organization(UUID(int=7), "hall", "The Hall")


class Asked:
    """A directory of one organization that notes what it is asked for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def by_name(self, name: str) -> Organization | None:
        """The hall, by slug or id."""
        self.names.append(name)
        return HALL if name in (HALL.slug, str(HALL.id)) else None

    async def by_host(self, host: str) -> Organization | None:
        """Nobody owns a domain."""
        self.names.append(host)
        return None

    async def membership(self, _organization_id: UUID, _person_id: UUID) -> Membership | None:
        """Nobody is a member."""
        return None

    async def is_platform_admin(self, _person_id: UUID) -> bool:
        """Nobody is an admin of the platform."""
        return False

    async def member_with(self, _organization_id: UUID, _role: Role) -> UUID | None:
        """Nobody has a role."""
        return None


@pytest.mark.parametrize("name", ["a\0b", "x" * 81, "ünï", "a b", "' OR 1=1"], ids=ascii)
async def test_what_cannot_be_a_name_is_not_looked_up(name: str) -> None:
    directory = Asked()
    tenants = Tenants(directory, base_domain="localhost", default=None)

    with pytest.raises(Refused) as refused:
        await tenants.of_request("127.0.0.1", name, None)

    assert refused.value.refusal == NotFound("organization", ("X-Organization",))
    assert directory.names == []


@pytest.mark.parametrize("host", ["a\0b.localhost", f"{'x' * 81}.localhost", f"{'x' * 250}.example"], ids=ascii)
async def test_what_cannot_be_a_host_is_not_looked_up(host: str) -> None:
    directory = Asked()

    assert await Tenants(directory, base_domain="localhost", default=None).of_request(host, None, None) is None
    assert directory.names == []


@pytest.mark.parametrize("name", ["hall", str(HALL.id)])
async def test_a_name_is_looked_up_once_in_a_while(name: str) -> None:
    directory = Asked()
    tenants = Tenants(directory, base_domain="localhost", default=None)

    found = [await tenants.of_request("127.0.0.1", name, None) for _ in range(3)]

    assert found == [HALL] * 3
    assert directory.names == [name]
