"""Lets an operator at the command line act for an organization, through the same deeds as everybody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.postgres.directory import PostgresDirectory
from domain.identity import Role, Viewer
from domain.organizations import Organization
from gateway.house import House, open_house
from gateway.settings import Settings
from resolvers.context import Context


class NoSuchOrganization(Exception):
    """No organization is called so; one sentence with the next step."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An organization, and the context of one who may do everything in it."""

    organization: Organization
    context: Context


@asynccontextmanager
async def operating(settings: Settings, name: str) -> AsyncIterator[Operator]:
    """An operator of the organization with this slug or id. Raises NoSuchOrganization, and what `open_house` raises."""
    async with open_house(settings, follow=False) as house:
        organization = await PostgresDirectory(house.pools.system).by_name(name)
        if organization is None:
            raise NoSuchOrganization(f"There is no organization {name!r}; `ticketbase seed --demo` makes the organization demo.")
        yield operator_of(house, organization)


def operator_of(house: House, organization: Organization) -> Operator:
    """One who acts with an owner's rights, and is no member."""
    viewer = Viewer(organization.id, role=Role.OWNER, locales=(organization.default_locale,))
    return Operator(organization, house.contexts.for_viewer(viewer))
