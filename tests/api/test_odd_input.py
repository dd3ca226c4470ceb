"""What nobody sends by accident is refused or finds nothing; it is never a fault on our side."""

from base64 import urlsafe_b64encode
from functools import reduce
from typing import Any

import pytest

from domain.events import DEEPEST_FILTERS, MOST_FILTERS
from tests.api.box_office import (
    CREATE_EVENT,
    CREATE_TICKET_TYPE,
    HOLD_TICKETS,
    RELEASE_HOLD,
    create_event,
    event_input,
    hold,
    put_on_sale,
    ticket_type_input,
)
from tests.api.conftest import Tenant

pytestmark = pytest.mark.asyncio

LIST = "query ($where: EventWhere, $after: String) { events(where: $where, after: $after) { nodes { slug } totalCount } }"
KEYS_REFUSED = pytest.mark.parametrize("key", ["a\0b", "a\nb", " "], ids=ascii)


@pytest.mark.parametrize("slug", ["a\0b", "\0", "é", "x" * 50_000], ids=lambda slug: ascii(slug[:5]))
async def test_what_cannot_be_a_slug_finds_nothing(tenant: Tenant, slug: str) -> None:
    await put_on_sale(tenant.owner)

    by_slug = await tenant.anonymous.ask("query ($slug: String!) { event(by: {slug: $slug}) { id } }", slug=slug)
    listed = await tenant.anonymous.ask(LIST, where={"slug": {"in": [slug, "late-show"]}})

    assert by_slug["event"] is None
    assert [each["slug"] for each in listed["events"]["nodes"]] == ["late-show"]


async def test_a_path_with_an_unprintable_slug_is_not_found(tenant: Tenant) -> None:
    answer = await tenant.http.get("/api/events/%00", headers=tenant.anonymous.headers)

    assert answer.status_code == 404


@KEYS_REFUSED
async def test_an_idempotency_key_that_cannot_be_written_down_is_refused(tenant: Tenant, key: str) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    held = await hold(tenant.anonymous, event_id, type_id)
    buyer = tenant.anonymous.with_headers(x_cart=held["cart"])
    wish = {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 1}], "idempotencyKey": key}

    placed = (await buyer.ask(HOLD_TICKETS, input=wish))["holdTickets"]
    released = (await buyer.ask(RELEASE_HOLD, input={"holdId": held["hold"]["id"], "idempotencyKey": key}))["releaseHold"]

    for payload in (placed, released):
        assert payload["hold"] is None
        assert [(each["__typename"], each["path"]) for each in payload["errors"]] == [("InputInvalid", ["input", "idempotencyKey"])]
    [kept] = (await buyer.ask("{ holds { id } }"))["holds"]
    assert kept["id"] == held["hold"]["id"]


async def test_the_last_moment_there_is_excludes_no_event(tenant: Tenant) -> None:
    await create_event(tenant.owner)

    listed = await tenant.owner.ask(LIST, where={"startsAt": {"lte": "9999-12-31T23:59:59.999999Z"}})

    assert listed["events"]["totalCount"] == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_an_event_at_no_time_of_ours_is_refused_and_lists_stay_whole(tenant: Tenant, moment: str) -> None:
    event_id = await create_event(tenant.owner)
    sale = ticket_type_input(event_id, salesStartAt=moment)

    event = (await tenant.owner.ask(CREATE_EVENT, input=event_input(slug="odd", startsAt=moment, endsAt=moment)))["createEvent"]
    ticket_type = (await tenant.owner.ask(CREATE_TICKET_TYPE, input=sale))["createTicketType"]

    assert (event["event"], ticket_type["ticketType"]) == (None, None)
    faults = [fault for payload in (event, ticket_type) for error in payload["errors"] for fault in error["faults"]]
    told = [fault["path"][-1] for fault in faults if fault["message"] == "must lie between the years 1970 and 2200"]
    assert told == ["startsAt", "endsAt", "salesStartAt"]
    assert (await tenant.owner.ask(LIST))["events"]["totalCount"] == 1


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2027-01-01T00:00:00", "\0"], ids=ascii)
async def test_a_cursor_made_by_hand_is_refused(tenant: Tenant, moment: str) -> None:
    cursor = urlsafe_b64encode(f'["{moment}","{tenant.organization.id}"]'.encode()).decode()

    assert await tenant.anonymous.code(LIST, after=cursor) == "BAD_USER_INPUT"


@pytest.mark.parametrize("nest", [lambda filters: {"OR": filters}, lambda filters: {"NOT": [{"AND": filters}]}], ids=["flat", "nested"])
async def test_a_filter_of_too_many_filters_is_refused(tenant: Tenant, nest: Any) -> None:
    fits = nest([{}] * (MOST_FILTERS - 2))
    too_many = {"AND": [fits, fits]}

    assert "events" in await tenant.anonymous.ask(LIST, where=fits)
    assert await tenant.anonymous.code(LIST, where=too_many) == "BAD_USER_INPUT"


@pytest.mark.parametrize("combined", ["AND", "OR", "NOT"])
async def test_a_filter_of_too_deep_filters_is_refused(tenant: Tenant, combined: str) -> None:
    def nest(levels: int) -> dict[str, Any]:
        innermost: dict[str, Any] = {"search": "jazz", "city": {"eq": "Hamburg"}, "free": True, "available": True}
        return reduce(lambda inner, _: {combined: [inner]}, range(levels), innermost)

    assert "events" in await tenant.anonymous.ask(LIST, where=nest(DEEPEST_FILTERS))
    for levels in (DEEPEST_FILTERS + 1, MOST_FILTERS - 10):
        [error] = (await tenant.anonymous.answer(LIST, where=nest(levels)))["errors"]
        assert error["message"] == f"where: nests filters more than {DEEPEST_FILTERS} deep"


@pytest.mark.parametrize("price", [{"currency": "XXQ"}, {"currency": "XAU", "gte": "1"}])
async def test_prices_in_an_unknown_currency_are_refused(tenant: Tenant, price: dict[str, str]) -> None:
    for where in ({"price": price}, {"OR": [{}, {"price": price}]}):
        [error] = (await tenant.anonymous.answer(LIST, where=where))["errors"]
        assert error["message"] == f"where.price.currency: {price['currency']} is not a currency of ISO 4217 such as EUR"
