"""Fields that not everybody may see: each is asked for by everybody there is, and shown to those alone who may."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from graphql import GraphQLObjectType

from domain.identity import GRANTABLE, GRANTS, Permission, Role
from schema.root import build_schema
from tests.api import callers, wishes
from tests.api.box_office import create_event, put_on_sale
from tests.api.callers import Asker, Stranger
from tests.api.conftest import Tenant
from tests.architecture.test_deeds import needed
from tests.members.things import THINGS, plan_version
from tests.series.runs import FRIDAYS

pytestmark = pytest.mark.asyncio

Prepared = Callable[[Tenant], Awaitable[str | None]]


async def nothing(_tenant: Tenant) -> None:
    return None


async def on_sale(tenant: Tenant) -> str:
    return (await put_on_sale(tenant.owner))[0]


async def online(tenant: Tenant) -> str:
    return await create_event(tenant.owner, attendanceMode="VIRTUAL", joinUrl="https://meet.example/walk")


async def with_code(tenant: Tenant) -> str:
    return str((await wishes.new_code(tenant))["eventId"])


async def sold(tenant: Tenant) -> None:
    await THINGS["Payment"](tenant)


async def with_account(tenant: Tenant) -> None:
    document = "mutation ($input: SetPaymentSettingsInput!) { setPaymentSettings(input: $input) { errors { __typename } } }"
    answer = await tenant.owner.ask(document, input=await wishes.payment_keys(tenant))
    assert answer["setPaymentSettings"]["errors"] == []


async def with_plan(tenant: Tenant) -> None:
    await plan_version(tenant)


EVENT = "query ($id: ID!) {{ event(by: {{id: $id}}) {{ {} }} }}"
OWN = "{{ organization {{ {} {{ totalCount }} }} }}"
RULES = "query ($id: ID!) { node(id: $id) { ... on TicketType { priceRules { kind } } } }"
SENSITIVE: Mapping[str, tuple[Permission, Prepared, str]] = {
    "Event.activity": (Permission.EVENTS_READ_UNPUBLISHED, on_sale, EVENT.format("activity { totalCount }")),
    "Event.pools": (Permission.TICKETS_MANAGE, on_sale, EVENT.format("pools { held }")),
    "Event.joinUrl": (Permission.EVENTS_READ_JOIN_LINK, online, EVENT.format("joinUrl")),
    "TicketType.priceRules": (Permission.TICKETS_MANAGE, THINGS["TicketType"], RULES),
    "Query.event": (Permission.EVENTS_READ_UNPUBLISHED, lambda tenant: create_event(tenant.owner), EVENT.format("slug")),
    "Query.accessCodes": (Permission.TICKETS_MANAGE, with_code, "query ($id: ID!) { accessCodes(eventId: $id) { totalCount } }"),
    "Query.seatingPlans": (Permission.EVENTS_READ_UNPUBLISHED, with_plan, "{ seatingPlans { totalCount } }"),
    "Query.previewOccurrences": (Permission.EVENTS_CREATE, nothing, ""),
    "Organization.members": (Permission.MEMBERS_READ, nothing, OWN.format("members")),
    "Organization.invitations": (Permission.MEMBERS_MANAGE, nothing, OWN.format("invitations")),
    "Organization.serviceKeys": (Permission.SERVICE_KEYS_MANAGE, nothing, OWN.format("serviceKeys")),
    "Organization.platformAdminActs": (Permission.MEMBERS_MANAGE, nothing, OWN.format("platformAdminActs")),
    "Query.pricing": (Permission.PRICES_MANAGE, nothing, "{ pricing { pricesIncludeTax } }"),
    "Query.promoCodes": (Permission.PRICES_MANAGE, nothing, "{ promoCodes { totalCount } }"),
    "Query.orders": (Permission.ORDERS_READ, nothing, "{ orders { totalCount } }"),
    "Query.tickets": (Permission.ORDERS_READ, nothing, "{ tickets { totalCount } }"),
    "Query.transactions": (Permission.ORDERS_READ, nothing, "{ transactions { totalCount } }"),
    "Query.transactionTotals": (Permission.ORDERS_READ, sold, "{ transactionTotals { cameIn { amountMinor } } }"),
    "Query.paymentSettings": (Permission.PAYMENTS_MANAGE, with_account, "{ paymentSettings { publishableKey } }"),
    "PromoCode": (Permission.PRICES_MANAGE, THINGS["PromoCode"], "query ($id: ID!) { node(id: $id) { id } }"),
    "AccessCode": (Permission.TICKETS_MANAGE, THINGS["AccessCode"], "query ($id: ID!) { node(id: $id) { id } }"),
    "Member": (Permission.MEMBERS_READ, THINGS["Member"], "query ($id: ID!) { node(id: $id) { id } }"),
    "Invitation": (Permission.MEMBERS_MANAGE, THINGS["Invitation"], "query ($id: ID!) { node(id: $id) { id } }"),
    "ServiceKey": (Permission.SERVICE_KEYS_MANAGE, THINGS["ServiceKey"], "query ($id: ID!) { node(id: $id) { id } }"),
}
"""What it needs, how there comes to be something to see, and how it is asked for."""


def _allowed(who: Asker, permission: Permission) -> bool:
    if isinstance(who, Role):
        return permission in GRANTS[who]
    return who is Stranger.PLATFORM_ADMIN or (who is Stranger.KEY_WITH_ALL and permission in GRANTABLE)


def _is_shown(answer: Any) -> bool:
    """Whether something came: neither an error nor null at the end of the only path."""
    value = answer.get("data")
    while isinstance(value, dict) and value:
        [value] = value.values()
    return "errors" not in answer and value is not None


async def test_every_field_that_says_it_needs_something_is_asked_for() -> None:
    core = build_schema()._schema
    kinds = [each for each in core.type_map.values() if isinstance(each, GraphQLObjectType) and each is not core.mutation_type]
    said = {each.name for each in kinds if needed(each.description or "")} | {
        f"{kind.name}.{name}" for kind in kinds for name, field in kind.fields.items() if needed(field.description or "")
    }

    assert said <= set(SENSITIVE)


@pytest.mark.parametrize("field", [each for each in SENSITIVE if each != "Query.previewOccurrences"])
async def test_a_field_is_shown_to_those_who_may_see_it_and_to_nobody_else(tenant: Tenant, field: str) -> None:
    permission, prepare, document = SENSITIVE[field]
    wanted = await prepare(tenant)
    variables = {"id": wanted} if wanted else {}

    shown = {who for who in callers.EVERYBODY if _is_shown(await (await callers.caller(tenant, who)).answer(document, **variables))}

    assert shown == {who for who in callers.EVERYBODY if _allowed(who, permission)}


async def test_the_dates_of_a_series_are_computed_for_those_alone_who_make_events(tenant: Tenant) -> None:
    document = """query ($rule: RecurrenceInput!) {
      previewOccurrences(startsAt: "2031-06-06T18:00:00Z", timeZone: "Europe/Berlin", recurrence: $rule) { date }
    }"""

    shown = {who for who in callers.EVERYBODY if "errors" not in await (await callers.caller(tenant, who)).answer(document, rule=FRIDAYS)}

    assert shown == {who for who in callers.EVERYBODY if _allowed(who, Permission.EVENTS_CREATE)}
