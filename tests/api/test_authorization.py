"""Who may do what: every mutation with every role, and with nobody; a mutation without an entry here fails the test."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role, Viewer
from schema.root import build_schema
from tests.api.box_office import create_event, create_ticket_type, event_input, hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.vocabulary import make_category, make_field
from tests.seating.halls import import_plan, seated_event, small_hall
from tests.series.runs import draft, fridays, type_of

pytestmark = pytest.mark.asyncio

EVERYBODY = frozenset({None, *Role})
ALL_POWERS = frozenset({Role.OWNER, Role.ADMIN})
RUNS_EVENTS = ALL_POWERS | {Role.MANAGER}
MAKES_EVENTS = RUNS_EVENTS | {Role.ORGANIZER}


async def _new_event(_tenant: Tenant) -> dict[str, Any]:
    return event_input(slug="new-show")


async def _change(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "expectedVersion": 1}


async def _publication(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)
    return {"eventId": event_id}


async def _published(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await put_on_sale(tenant.owner)
    return {"eventId": event_id, "expectedVersion": 2}


async def _move(tenant: Tenant) -> dict[str, Any]:
    return await _published(tenant) | {"startsAt": "2031-06-01T18:00:00Z"}


async def _cancellation(tenant: Tenant) -> dict[str, Any]:
    return await _published(tenant) | {"reason": [{"locale": "en", "text": "The singer is ill."}]}


async def _copy(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "slug": "once-more", "startsAt": "2031-06-01T18:00:00Z"}


async def _new_type(tenant: Tenant) -> dict[str, Any]:
    name = [{"locale": "en", "text": "Balcony"}]
    return {"eventId": await create_event(tenant.owner), "name": name, "price": {"amountMinor": 1, "currency": "EUR"}, "capacity": 5}


async def _type(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    return {"ticketTypeId": await create_ticket_type(tenant.owner, event_id), "expectedVersion": 1}


async def _order(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "ticketTypeIds": []}


async def _new_pool(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "name": "Floor", "capacity": 5}


async def _pool(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreatePoolInput!) { createPool(input: $input) { pool { id } } }"
    return {"poolId": (await tenant.owner.ask(document, input=await _new_pool(tenant)))["createPool"]["pool"]["id"]}


async def _new_code(tenant: Tenant) -> dict[str, Any]:
    event_id = await create_event(tenant.owner)
    return {"eventId": event_id, "ticketTypeIds": [await create_ticket_type(tenant.owner, event_id)]}


async def _code(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateAccessCodeInput!) { createAccessCode(input: $input) { accessCode { id } } }"
    made = await tenant.owner.ask(document, input=await _new_code(tenant))
    return {"accessCodeId": made["createAccessCode"]["accessCode"]["id"]}


async def _new_product(_tenant: Tenant) -> dict[str, Any]:
    return {"title": "Poster", "price": {"amountMinor": 500, "currency": "EUR"}}


async def _product(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }"
    made = await tenant.owner.ask(document, input=await _new_product(tenant))
    return {"productId": made["createProduct"]["product"]["id"], "expectedVersion": 1}


async def _wish(tenant: Tenant) -> dict[str, Any]:
    event_id, type_id = await put_on_sale(tenant.owner)
    return {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 1}]}


async def _anothers_hold(tenant: Tenant) -> dict[str, Any]:
    event_id, type_id = await put_on_sale(tenant.owner)
    return {"holdId": (await hold(tenant.anonymous, event_id, type_id))["hold"]["id"]}


async def _new_image(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "contentType": "image/png", "byteSize": 100}


async def _image(tenant: Tenant) -> dict[str, Any]:
    document = "mutation ($input: RequestImageUploadInput!) { requestImageUpload(input: $input) { image { id } } }"
    made = await tenant.owner.ask(document, input=await _new_image(tenant))
    return {"imageId": made["requestImageUpload"]["image"]["id"]}


async def _image_change(tenant: Tenant) -> dict[str, Any]:
    return {**await _image(tenant), "expectedVersion": 1, "alt": []}


async def _gallery(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await create_event(tenant.owner), "imageIds": []}


async def _new_venue(_tenant: Tenant) -> dict[str, Any]:
    return {"name": "Hall", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}


async def _changed_venue(tenant: Tenant) -> dict[str, Any]:
    mutation = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }"
    made = (await tenant.owner.ask(mutation, input=await _new_venue(tenant)))["createVenue"]["venue"]
    return {"venueId": made["id"], "expectedVersion": 1}


async def _new_category(_tenant: Tenant) -> dict[str, Any]:
    return {"slug": "jazz", "name": [{"locale": "en", "text": "Jazz"}]}


async def _category(tenant: Tenant) -> dict[str, Any]:
    return {"categoryId": await make_category(tenant.owner, "jazz"), "expectedVersion": 1}


async def _new_field(_tenant: Tenant) -> dict[str, Any]:
    return {"key": "minimumAge", "label": [{"locale": "en", "text": "Age"}], "kind": "NUMBER"}


async def _field(tenant: Tenant) -> dict[str, Any]:
    return {"fieldId": await make_field(tenant.owner, "minimumAge", "NUMBER"), "expectedVersion": 1}


async def _plan(_tenant: Tenant) -> dict[str, Any]:
    return {"document": small_hall()}


async def _assignment(tenant: Tenant) -> dict[str, Any]:
    version_id = await import_plan(tenant.owner, small_hall())
    return {"eventId": await create_event(tenant.owner), "seatingPlanVersionId": version_id, "categories": []}


async def _seated(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id}


async def _seats(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id, "labels": ["Stalls A-1"]}


async def _seats_to_hold(tenant: Tenant) -> dict[str, Any]:
    event_id, _ = await seated_event(tenant.owner)
    return {"eventId": event_id, "seats": [{"label": "Stalls A-1"}]}


async def _best_seats(tenant: Tenant) -> dict[str, Any]:
    event_id, types = await seated_event(tenant.owner)
    return {"eventId": event_id, "lines": [{"ticketTypeId": types["Balcony"], "quantity": 2}]}


async def _seats_to_block(tenant: Tenant) -> dict[str, Any]:
    return {**await _seats(tenant), "reason": "broken"}


async def _repetition(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": await draft(tenant.owner), "expectedVersion": 1, "recurrence": {"frequency": "WEEKLY", "count": 2}}


async def _longer_series(tenant: Tenant) -> dict[str, Any]:
    series_id, _ = await fridays(tenant.owner)
    return {"seriesId": series_id, "expectedVersion": 1, "recurrence": {"frequency": "WEEKLY", "count": 6}}


async def _occurrences(tenant: Tenant) -> dict[str, Any]:
    _, ids = await fridays(tenant.owner)
    return {"eventId": ids[1], "scope": "THIS_AND_FOLLOWING", "expectedVersion": 1}


async def _cancelled_occurrences(tenant: Tenant) -> dict[str, Any]:
    return await _occurrences(tenant) | {"reason": [{"locale": "en", "text": "The singer is ill."}]}


async def _occurrence_types(tenant: Tenant) -> dict[str, Any]:
    _, ids = await fridays(tenant.owner)
    return {"ticketTypeId": await type_of(tenant.owner, ids[1]), "scope": "ALL", "expectedVersion": 1, "maxPerOrder": 2}


MATRIX: dict[str, tuple[frozenset[Role | None], Callable[[Tenant], Awaitable[dict[str, Any]]]]] = {
    "createEvent": (MAKES_EVENTS, _new_event),
    "updateEvent": (MAKES_EVENTS, _change),
    "publishEvent": (MAKES_EVENTS, _publication),
    "unpublishEvent": (MAKES_EVENTS, _published),
    "postponeEvent": (MAKES_EVENTS, _published),
    "rescheduleEvent": (MAKES_EVENTS, _move),
    "cancelEvent": (MAKES_EVENTS, _cancellation),
    # Refused to those who may as well, since the event lies ahead or is not cancelled; that is tested with the life cycle.
    "completeEvent": (MAKES_EVENTS, _published),
    "archiveEvent": (MAKES_EVENTS, _published),
    "copyEvent": (MAKES_EVENTS, _copy),
    "deleteEvent": (RUNS_EVENTS, _change),
    "createEventSeries": (MAKES_EVENTS, _repetition),
    # Where something is removed it needs events:delete besides; that is tested with series.
    "updateEventSeries": (MAKES_EVENTS, _longer_series),
    "updateOccurrences": (MAKES_EVENTS, _occurrences),
    "updateOccurrenceTicketTypes": (MAKES_EVENTS, _occurrence_types),
    "publishOccurrences": (MAKES_EVENTS, _occurrences),
    "cancelOccurrences": (MAKES_EVENTS, _cancelled_occurrences),
    "createTicketType": (MAKES_EVENTS, _new_type),
    "updateTicketType": (MAKES_EVENTS, _type),
    "deleteTicketType": (MAKES_EVENTS, _type),
    "reorderTicketTypes": (MAKES_EVENTS, _order),
    "createPool": (MAKES_EVENTS, _new_pool),
    "updatePool": (MAKES_EVENTS, _pool),
    "deletePool": (MAKES_EVENTS, _pool),
    "createAccessCode": (MAKES_EVENTS, _new_code),
    "revokeAccessCode": (MAKES_EVENTS, _code),
    "createProduct": (MAKES_EVENTS, _new_product),
    # That it is one's own, or one is an owner, is decided by the deed and tested with products.
    "updateProduct": (MAKES_EVENTS, _product),
    "requestImageUpload": (MAKES_EVENTS, _new_image),
    "finishImageUpload": (MAKES_EVENTS, _image),
    "updateImage": (MAKES_EVENTS, _image_change),
    "reorderImages": (MAKES_EVENTS, _gallery),
    "removeImage": (MAKES_EVENTS, _image),
    "createEventCategory": (RUNS_EVENTS, _new_category),
    "updateEventCategory": (RUNS_EVENTS, _category),
    "deleteEventCategory": (RUNS_EVENTS, _category),
    "createMetadataField": (RUNS_EVENTS, _new_field),
    "updateMetadataField": (RUNS_EVENTS, _field),
    "deleteMetadataField": (RUNS_EVENTS, _field),
    "createVenue": (MAKES_EVENTS, _new_venue),
    "updateVenue": (MAKES_EVENTS, _changed_venue),
    "importSeatingPlan": (MAKES_EVENTS, _plan),
    "assignSeatingPlan": (MAKES_EVENTS, _assignment),
    "unassignSeatingPlan": (MAKES_EVENTS, _seated),
    "blockSeats": (MAKES_EVENTS, _seats_to_block),
    "unblockSeats": (MAKES_EVENTS, _seats),
    "holdTickets": (EVERYBODY, _wish),
    "holdSeats": (EVERYBODY, _seats_to_hold),
    "holdBestAvailable": (EVERYBODY, _best_seats),
    # Everybody may ask; that a hold is one's own is decided by the deed and tested with holds.
    "releaseHold": (EVERYBODY, _anothers_hold),
    "extendHold": (EVERYBODY, _anothers_hold),
}


def _client(tenant: Tenant, role: Role | None) -> Client:
    return tenant.member(role) if role else tenant.anonymous


async def test_every_mutation_has_an_entry() -> None:
    mutations = build_schema()._schema.mutation_type

    assert mutations
    assert set(mutations.fields) == set(MATRIX)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("mutation", MATRIX)
async def test_a_mutation_is_done_for_those_who_may_and_for_nobody_else(tenant: Tenant, mutation: str, role: Role | None) -> None:
    allowed, make_input = MATRIX[mutation]
    wish = await make_input(tenant)
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ ... on UserError {{ code }} }} }} }}"

    answer = await _client(tenant, role).answer(document, input=wish)

    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    if role in allowed:
        assert codes == []
    else:
        assert codes == ["FORBIDDEN" if role else "UNAUTHENTICATED"]


async def test_the_counters_of_pools_are_for_those_who_manage_tickets(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    query = "query ($id: ID!) { event(by: {id: $id}) { pools { held } } }"

    seen = {role: (await _client(tenant, role).ask(query, id=event_id))["event"]["pools"] for role in (None, *Role)}

    assert {role for role, pools in seen.items() if pools is not None} == MAKES_EVENTS


async def test_a_token_for_another_organization_than_the_one_named_is_refused(tenant: Tenant, other_tenant: Tenant) -> None:
    client = tenant.owner.with_headers(x_organization=other_tenant.organization.slug)

    assert await client.code("{ viewer { role } }") == "BAD_USER_INPUT"


async def test_a_member_of_one_organization_is_a_stranger_in_another(tenant: Tenant, other_tenant: Tenant) -> None:
    claims_of_a_stranger = Tenant(other_tenant.organization, tenant.house, tenant.http, tenant.people).owner

    viewer = (await claims_of_a_stranger.ask("{ viewer { role permissions } }"))["viewer"]

    assert viewer == {"role": None, "permissions": ["holds:place"]}


async def test_without_any_organization_nothing_is_shown(tenant: Tenant) -> None:
    nobody = Client(tenant.http)

    assert await nobody.code("{ events { totalCount } }") == "BAD_USER_INPUT"
    assert await nobody.ask("{ organization { id } viewer { role } holds { id } }") == {"organization": None, "viewer": None, "holds": []}


async def test_an_unknown_organization_is_refused(tenant: Tenant) -> None:
    assert await Client(tenant.http, {"x-organization": "nowhere"}).code("{ organization { id } }") == "NOT_FOUND"


async def test_the_tenant_is_told_by_subdomain_by_id_and_by_its_old_header(tenant: Tenant) -> None:
    expected = {"organization": {"slug": tenant.organization.slug}}
    query = "{ organization { slug } }"

    for headers in (
        {"host": f"{tenant.organization.slug}.localhost:8000"},
        {"x-organization": str(tenant.organization.id)},
        {"x-tenant-id": tenant.organization.slug},
    ):
        assert await Client(tenant.http, headers).ask(query) == expected


@pytest.mark.parametrize(("was", "is_now"), [(Role.OWNER, Role.USER), (Role.USER, Role.OWNER), (Role.ANALYST, None)])
async def test_an_operation_runs_with_the_role_its_viewer_has_by_then(tenant: Tenant, was: Role, is_now: Role | None) -> None:
    """Whoever opened a socket as an owner is one no more once he was made something else."""
    person = tenant.people[is_now] if is_now else new_id()
    opened = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, person, was))

    async with tenant.house.contexts.fresh(opened) as context:
        assert context.viewer == replace(opened.viewer, role=is_now)


async def test_what_is_rendered_for_nobody_in_particular_keeps_the_role_it_is_rendered_for(tenant: Tenant) -> None:
    nobody = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, role=Role.OWNER))

    async with tenant.house.contexts.fresh(nobody) as context:
        assert context.viewer == nobody.viewer
