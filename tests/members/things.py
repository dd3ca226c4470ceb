"""One thing of every kind that has an id, for the walk over all places that take one."""

from collections.abc import Awaitable, Callable
from typing import Any

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from schema import ids
from tests.api import wishes
from tests.api.box_office import create_event, put_on_sale
from tests.api.conftest import Tenant
from tests.api.vocabulary import make_category
from tests.seating.halls import import_plan, seated_event, small_hall
from tests.series.runs import fridays
from tests.tickets import wishes as ticket_wishes
from tests.tickets.counter import give, put_on

Find = Callable[[Tenant], Awaitable[str]]

PLANS = "{ seatingPlans { nodes { id } } }"
SESSION = """
INSERT INTO sessions (id, person_id, organization_id, device, methods, created_at, last_seen_at, idle_seconds, expires_at)
VALUES ($1, $2, $3, 'curl', '{PASSWORD}', app_now(), app_now(), 600, app_now() + interval '1 hour')
"""


async def event(tenant: Tenant) -> str:
    return (await put_on_sale(tenant.owner))[0]


async def a_draft(tenant: Tenant) -> str:
    return await create_event(tenant.owner)


async def ticket_type(tenant: Tenant) -> str:
    return (await put_on_sale(tenant.owner))[1]


async def series(tenant: Tenant) -> str:
    return (await fridays(tenant.owner))[0]


async def plan_version(tenant: Tenant) -> str:
    return await import_plan(tenant.owner, small_hall())


async def plan(tenant: Tenant) -> str:
    await plan_version(tenant)
    return str((await tenant.owner.ask(PLANS))["seatingPlans"]["nodes"][0]["id"])


async def category(tenant: Tenant) -> str:
    return await make_category(tenant.owner, "jazz")


async def seated(tenant: Tenant) -> str:
    return (await seated_event(tenant.owner))[0]


async def organization(tenant: Tenant) -> str:
    return str(ids.show("Organization", tenant.organization.id))


async def member(tenant: Tenant) -> str:
    return str(ids.show("Member", tenant.people[Role.ANALYST]))


async def session(tenant: Tenant) -> str:
    session_id = new_id()
    await tenant.house.pools.system.execute(SESSION, session_id, tenant.people[Role.OWNER], tenant.organization.id)
    return str(ids.show("Session", session_id))


async def order(tenant: Tenant) -> str:
    return str((await give(tenant.owner, await put_on(tenant)))["order"]["id"])


async def order_line(tenant: Tenant) -> str:
    return str((await give(tenant.owner, await put_on(tenant)))["order"]["lines"][0]["id"])


async def payment(tenant: Tenant) -> str:
    wish = await wishes.order_and_cash(tenant)
    document = "mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { payment { id } } }"
    return str((await tenant.owner.ask(document, input=wish))["recordPayment"]["payment"]["id"])


def of(wish: Callable[[Tenant], Awaitable[dict[str, Any]]], name: str) -> Find:
    """The thing that a mutation's wish names so."""

    async def find(tenant: Tenant) -> str:
        return str((await wish(tenant))[name])

    return find


THINGS: dict[str, Find] = {
    "Event": event,
    "EventSeries": series,
    "TicketType": ticket_type,
    "AccessCode": of(wishes.code, "accessCodeId"),
    "Venue": of(wishes.changed_venue, "venueId"),
    "SeatingPlan": plan,
    "SeatingPlanVersion": plan_version,
    "Organization": organization,
    "Hold": of(wishes.anothers_hold, "holdId"),
    "Image": of(wishes.image, "imageId"),
    "EventCategory": category,
    "MetadataField": of(wishes.field, "fieldId"),
    "Session": session,
    "Member": member,
    "Invitation": of(wishes.invitation, "invitationId"),
    "ServiceKey": of(wishes.service_key, "serviceKeyId"),
    "PromoCode": of(wishes.promo_code, "promoCodeId"),
    "Question": of(wishes.question, "questionId"),
    "Order": order,
    "OrderLine": order_line,
    "Payment": payment,
    "Ticket": of(ticket_wishes.ticket, "ticketId"),
    "Pool": of(wishes.pool, "poolId"),
}
"""By type, how an organization gets such a thing; what answers is its global id."""
