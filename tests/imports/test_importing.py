"""An import is there as a whole or not at all; importing again changes what changed and doubles nothing."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.holds import HoldLine, HoldTickets
from domain.identity import Role, Viewer
from domain.imports import Change, DocumentsBroken, ImportEvents, ImportReport
from domain.refusals import NotAllowed, Refused
from gateway.operators import Operator
from resolvers.holds import hold_tickets
from resolvers.importing import import_events, imported_events
from schema import ids
from tests.api.box_office import create_event
from tests.api.conftest import Tenant
from tests.api.programme import REASON, done
from tests.api.programme import shown as seen
from tests.imports.writing import a_quota, a_variation, an_event, an_item, lay, read

EVENTS = """
query ($slug: String!) {
  event(by: {slug: $slug}) {
    id status version titles { locale text } startsAt endsAt timeZone publishedAt
    ticketTypes { id name price { amountMinor currency } position maxPerOrder salesStartAt salesEndAt version }
    pools { name capacity held sold }
    availability { sequence ticketTypes { available salesStatus } }
  }
}
"""


async def bring(operator: Operator, folder: Path, **terms: Any) -> ImportReport:
    return await import_events(operator.context, ImportEvents("pretix", read(folder), **terms))


async def shown(tenant: Tenant, slug: str = "concert") -> Any:
    return (await tenant.owner.ask(EVENTS, slug=slug))["event"]


@pytest.mark.asyncio
async def test_what_was_read_is_on_sale(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    item = an_item(max_per_order=4, available_from="2031-01-01T00:00:00Z", available_until="2031-05-01T12:00:00Z")
    second = an_item(id=2, name={"en": "Seat"}, default_price="40.00", position=1)
    lay(
        tmp_path,
        events__concert=an_event(),
        items__all=[second, item],
        quotas__all=[a_quota(items=[1, 2]), a_quota(id=6, name="Seats", size=9, items=[2])],
    )

    report = await bring(operator, tmp_path)

    event = await shown(tenant)
    assert (event["status"], event["startsAt"], event["endsAt"]) == ("PUBLISHED", "2031-05-01T18:00:00Z", "2031-05-01T21:00:00Z")
    assert event["titles"] == [{"locale": "de", "text": "Konzert"}, {"locale": "en", "text": "Concert"}]
    standing, seat = event["ticketTypes"]
    assert standing == standing | {
        "name": "Standing",
        "price": {"amountMinor": 2300, "currency": "EUR"},
        "position": 0,
        "maxPerOrder": 4,
        "salesStartAt": "2031-01-01T00:00:00Z",
        "salesEndAt": "2031-05-01T12:00:00Z",
    }
    assert seat == seat | {"name": "Seat", "position": 1, "maxPerOrder": None, "salesStartAt": None}
    assert event["pools"] == [
        {"name": "Hall", "capacity": 200, "held": 0, "sold": 0},
        {"name": "Seats", "capacity": 9, "held": 0, "sold": 0},
    ]
    assert [each["available"] for each in event["availability"]["ticketTypes"]] == [200, 9]
    assert (report.count(Change.CREATED), report.count(Change.CHANGED)) == ((1, 2), (0, 0))


@pytest.mark.asyncio
async def test_importing_again_changes_nothing(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    item = an_item(variations=[a_variation(), a_variation(id=12, position=1)])
    lay(tmp_path, events__concert=an_event(), items__1=item, quotas__1=a_quota(items=[1], variations=[11, 12]))
    await bring(operator, tmp_path)
    before = await shown(tenant)

    report = await bring(operator, tmp_path)

    assert (report.count(Change.UNCHANGED), report.count(Change.CREATED), report.count(Change.CHANGED)) == ((1, 2), (0, 0), (0, 0))
    assert await shown(tenant) == before


@pytest.mark.asyncio
async def test_a_changed_document_changes_what_it_became(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__all=[an_item(), an_item(id=2, position=1)], quotas__1=a_quota(items=[1, 2]))
    await bring(operator, tmp_path)
    before = await shown(tenant)
    lay(
        tmp_path,
        events__concert=an_event(name={"en": "Gala"}, date_from="2031-05-02T18:00:00Z", date_to="2031-05-02T22:00:00Z"),
        items__all=[an_item(default_price="25.50"), an_item(id=2, position=1), an_item(id=3, position=2, name={"en": "New"})],
        quotas__1=a_quota(items=[1], size=150),
    )

    report = await bring(operator, tmp_path)

    after = await shown(tenant)
    assert (after["id"], after["startsAt"], after["titles"]) == (before["id"], "2031-05-02T18:00:00Z", [{"locale": "en", "text": "Gala"}])
    assert [each["id"] for each in after["ticketTypes"]][:2] == [each["id"] for each in before["ticketTypes"]]
    assert [each["price"]["amountMinor"] for each in after["ticketTypes"]] == [2550, 2300, 2300]
    assert [each["available"] for each in after["availability"]["ticketTypes"]] == [150, 100, 100]
    [outcome] = report.outcomes
    assert (outcome.change, outcome.fields) == (Change.CHANGED, ("title", "starts_at", "ends_at"))
    assert [(each.change, each.fields) for each in outcome.ticket_types] == [
        (Change.CHANGED, ("price_minor",)),
        (Change.CHANGED, ("pool_ids",)),
        (Change.CREATED, ()),
    ]


@pytest.mark.asyncio
async def test_an_event_that_was_archived_here_stays_as_it_is(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__all=[an_item()], quotas__1=a_quota(items=[1]))
    made = await bring(operator, tmp_path)
    event = made.outcomes[0].event
    event_id = ids.show("Event", event.id)
    await done(tenant.owner, "cancelEvent", eventId=event_id, expectedVersion=event.version, reason=REASON)
    await done(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=event.version + 1)
    fields = "version titles { text } ticketTypes { id version name price { amountMinor } } pools { name capacity } activity { totalCount }"
    before = await seen(tenant.owner, event_id, fields)
    lay(
        tmp_path,
        events__concert=an_event(name={"en": "Gala"}),
        items__all=[an_item(default_price="25.50"), an_item(id=2, position=1)],
        quotas__1=a_quota(items=[1, 2], size=150),
    )

    report = await bring(operator, tmp_path)

    assert await seen(tenant.owner, event_id, fields) == before
    [outcome] = report.outcomes
    assert (outcome.change, outcome.ticket_types, outcome.remarks) == (Change.UNCHANGED, (), ("stays as it is, since it is archived",))


@pytest.mark.asyncio
async def test_an_event_without_ticket_types_stays_a_draft_until_it_has_one(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event())
    first = await bring(operator, tmp_path)
    lay(tmp_path, items__1=an_item())

    second = await bring(operator, tmp_path)

    assert first.outcomes[0].remarks == ("stays a draft: it has no ticket type",)
    assert first.outcomes[0].event.status.value == "DRAFT"
    assert (second.outcomes[0].change, second.outcomes[0].fields, second.outcomes[0].remarks) == (Change.CHANGED, ("status",), ())
    assert (await shown(tenant))["status"] == "PUBLISHED"


@pytest.mark.asyncio
async def test_an_event_in_test_mode_stays_a_draft(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(testmode=True), items__1=an_item())

    report = await bring(operator, tmp_path)

    assert report.outcomes[0].remarks == ("stays a draft: it is in test mode at pretix",)
    assert (await shown(tenant))["status"] == "DRAFT"


@pytest.mark.asyncio
async def test_what_must_not_be_sold_any_more_is_taken_off_sale(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__all=[an_item(), an_item(id=2, position=1)])
    await bring(operator, tmp_path)
    lay(tmp_path, items__all=[an_item(active=False), an_item(id=2, position=1)])

    report = await bring(operator, tmp_path)
    again = await bring(operator, tmp_path)

    assert "the sale of Standing ends now, because its document does not allow it any more" in report.outcomes[0].remarks
    statuses = [each["salesStatus"] for each in (await shown(tenant))["availability"]["ticketTypes"]]
    assert sorted(statuses) == ["ON_SALE", "SALES_ENDED"]
    assert again.outcomes[0].remarks == ()


@pytest.mark.asyncio
async def test_a_pool_never_gets_smaller_than_what_is_held(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__1=an_item(), quotas__1=a_quota(size=10))
    outcome = (await bring(operator, tmp_path)).outcomes[0]
    lines = (HoldLine(outcome.ticket_types[0].ticket_type_id, 6),)
    await hold_tickets(operator.context, HoldTickets(outcome.event.id, lines))
    lay(tmp_path, quotas__1=a_quota(size=4))

    report = await bring(operator, tmp_path)

    assert (await shown(tenant))["pools"] == [{"name": "Hall", "capacity": 6, "held": 6, "sold": 0}]
    assert report.outcomes[0].remarks == ("the pool Hall keeps 6 tickets that are held or sold, instead of 4",)


@pytest.mark.asyncio
async def test_an_event_deleted_here_comes_back(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__1=an_item())
    first = await bring(operator, tmp_path)
    async with operator.context.work() as work:
        await work.events.delete(first.outcomes[0].event.id)

    second = await bring(operator, tmp_path)

    assert second.count(Change.CREATED) == (1, 1)
    assert (await shown(tenant))["status"] == "PUBLISHED"


@pytest.mark.asyncio
async def test_a_slug_that_another_event_has_is_refused_and_nothing_is_saved(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    await create_event(tenant.owner, slug="taken")
    lay(tmp_path, events__a=an_event(), events__b=an_event(slug="taken"), a__items=an_item())

    with pytest.raises(Refused) as refused:
        await bring(operator, tmp_path)

    broken = refused.value.refusal
    assert isinstance(broken, DocumentsBroken)
    assert [(fault.file, fault.path) for fault in broken.faults] == [("events/b.json", "$.slug")]
    assert await shown(tenant) is None


@pytest.mark.asyncio
async def test_when_the_last_event_fails_nothing_is_kept(operator: Operator, tenant: Tenant, owner: Any, tmp_path: Path) -> None:
    lay(tmp_path, events__a=an_event(), events__b=an_event(slug="second"), a__items=an_item(), b__items=an_item(id=2))
    seen = []

    def fail_at_second(outcome: Any) -> None:
        seen.append(outcome.name)
        if len(seen) == 2:
            raise ConnectionError("the machine went away")

    with pytest.raises(ConnectionError):
        await import_events(operator.context, ImportEvents("pretix", read(tmp_path)), fail_at_second)

    assert seen == ["concert", "second"]
    for table in ("events", "pools", "ticket_types", "import_references", "outbox"):
        assert await owner.fetchval(f"SELECT count(*) FROM {table} WHERE organization_id = $1", tenant.organization.id) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("role", [None, Role.USER, Role.ANALYST, Role.SUPPORT])
async def test_only_those_who_may_sell_may_import(operator: Operator, tenant: Tenant, tmp_path: Path, role: Role | None) -> None:
    lay(tmp_path, events__concert=an_event())
    context = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, new_id(), role))

    with pytest.raises(Refused) as refused:
        await import_events(context, ImportEvents("pretix", read(tmp_path)))

    assert refused.value.refusal == NotAllowed("events:create")
    assert await shown(tenant) is None


@pytest.mark.asyncio
async def test_two_sources_may_use_the_same_names(operator: Operator, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__1=an_item())
    await bring(operator, tmp_path)
    lay(tmp_path, events__concert=an_event(slug="other"), items__1=an_item())

    report = await import_events(operator.context, ImportEvents("pretix of a friend", read(tmp_path)))

    assert report.count(Change.CREATED) == (1, 1)
    found = await imported_events(operator.context, "pretix of a friend", ["concert", "other"])
    assert {name: event.slug for name, event in found.items()} == {"other": "other"}


@pytest.mark.asyncio
async def test_dates_are_moved_to_two_weeks_from_now(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    later = an_event(slug="later", date_from="2020-04-01T17:00:00Z", date_to="2020-04-01T18:00:00Z")
    first = an_event(slug="first", date_from="2020-01-01T18:00:00Z", date_to="2020-01-01T20:00:00Z")
    item = an_item(available_from="2019-12-25T09:00:00Z")
    lay(tmp_path, events__first=first, events__later=later, **{"items__first-1": item, "items__later-2": an_item(id=2)})

    report = await bring(operator, tmp_path, shift_dates=True)

    events = [outcome.event for outcome in report.outcomes]
    distance = events[0].starts_at - datetime.now(UTC)
    assert 14 <= distance.total_seconds() / 86_400 <= 21
    assert [event.starts_at.weekday() for event in events] == [2, 2]
    assert (events[1].starts_at - events[0].starts_at).days in {90, 91}
    kind = (await shown(tenant, "first"))["ticketTypes"][0]
    assert datetime.fromisoformat(kind["salesStartAt"]) < events[0].starts_at
    assert [outcome.remarks for outcome in report.outcomes] == [(), ()]


@pytest.mark.asyncio
async def test_two_imports_at_once_double_nothing(operator: Operator, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__1=an_item())
    ask = ImportEvents("pretix", read(tmp_path))

    reports = await asyncio.gather(*(import_events(operator.context, ask) for _ in range(4)))

    assert sorted(report.outcomes[0].change.value for report in reports) == ["created", "unchanged", "unchanged", "unchanged"]
    assert len((await shown(tenant))["ticketTypes"]) == 1


@pytest.mark.asyncio
async def test_what_no_document_tells_of_a_ticket_type_stays_as_the_staff_left_it(
    operator: Operator, tenant: Tenant, tmp_path: Path
) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(require_voucher=True, min_per_order=2))
    await bring(operator, tmp_path)
    terms = "ticketTypes { id hidden minPerOrder maxPerBuyer paused version }"
    query = f'{{ event(by: {{slug: "concert"}}) {{ {terms} }} }}'
    [made] = (await tenant.owner.ask(query))["event"]["ticketTypes"]
    change = "mutation ($input: UpdateTicketTypeInput!) { updateTicketType(input: $input) { ticketType { id } } }"
    wish = {"ticketTypeId": made["id"], "expectedVersion": 1, "paused": True, "maxPerBuyer": 6, "minPerOrder": 3, "hidden": False}
    await tenant.owner.ask(change, input=wish)

    report = await bring(operator, tmp_path)

    [again] = (await tenant.owner.ask(query))["event"]["ticketTypes"]
    assert made == made | {"hidden": True, "minPerOrder": 2, "paused": False, "maxPerBuyer": None}
    assert again == made | {"paused": True, "maxPerBuyer": 6, "version": 3}
    assert report.outcomes[0].ticket_types[0].fields == ("min_per_order", "hidden")
