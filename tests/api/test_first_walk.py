"""GraphiQL's tabs: runnable as they are in the demo, harmless everywhere else."""

from dataclasses import replace

import pytest
from graphql import parse, validate
from starlette.requests import Request

from domain.identity import Role
from gateway.demo.theatre import SLUG as PLAY
from gateway.first_walk import SLUG, WATCH_SEATS, make_tabs
from gateway.house import House
from gateway.settings import Mode
from schema.root import build_schema
from tests.api.box_office import put_on_sale
from tests.api.conftest import Client, Tenant

pytestmark = pytest.mark.asyncio


def _in_demo(tenant: Tenant, **changes: object) -> House:
    settings = replace(tenant.house.settings, default_organization=tenant.organization.slug, **changes)  # type: ignore[arg-type]
    return replace(tenant.house, settings=settings)


def asked(host: str = "localhost:8000", **headers: str) -> Request:
    """A request for the page, as a browser sends it."""
    sent = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return Request({"type": "http", "method": "GET", "path": "/graphql", "headers": raw, "server": ("127.0.0.1", 8000), "scheme": "http"})


async def test_every_tab_of_the_demo_runs_as_it_is(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner, slug=SLUG)

    look, hold, watch, staff = (await make_tabs(_in_demo(tenant)))(asked())

    assert (await Client(tenant.http, dict(look.headers)).ask(look.query))["events"]["nodes"]
    held = await Client(tenant.http, dict(hold.headers)).ask(hold.query, **hold.variables)
    assert held["holdTickets"]["hold"]["lines"][0]["quantity"] == 2
    assert watch.variables == {"event": event_id}
    assert (await Client(tenant.http, dict(staff.headers)).ask(staff.query))["viewer"]["role"] == Role.OWNER.name


async def test_the_seats_of_the_play_are_watched_where_it_is_on(tenant: Tenant) -> None:
    await put_on_sale(tenant.owner, slug=SLUG)
    play_id, _ = await put_on_sale(tenant.owner, slug=PLAY)

    tabs = (await make_tabs(_in_demo(tenant)))(asked())

    assert [tab.variables for tab in tabs if tab.query == WATCH_SEATS] == [{"event": play_id}]
    schema = build_schema()._schema
    assert [validate(schema, parse(tab.query)) for tab in tabs] == [[]] * 5


async def test_no_token_is_shown_outside_of_development_or_to_other_machines(tenant: Tenant) -> None:
    await put_on_sale(tenant.owner, slug=SLUG)

    in_production = (await make_tabs(_in_demo(tenant, mode=Mode.PRODUCTION)))(asked())
    to_everybody = (await make_tabs(_in_demo(tenant, host="0.0.0.0")))(asked())

    assert [tab for tab in (*in_production, *to_everybody) if "Authorization" in tab.headers] == []


@pytest.mark.parametrize(
    ("asking", "shown"),
    [
        (asked("localhost:8000"), True),
        (asked("127.0.0.1:8000"), True),
        (asked("[::1]:8000"), True),
        (asked("demo.localhost:8000", sec_fetch_site="none"), True),
        (asked("localhost:8000", sec_fetch_site="same-origin"), True),
        (asked("rebound.example:8000"), False),
        (asked("rebound.example:8000", sec_fetch_site="same-origin"), False),
        (asked("localhost.example:8000"), False),
        (asked("localhost:8000", sec_fetch_site="same-site"), False),
        (asked("localhost:8000", sec_fetch_site="cross-site"), False),
    ],
    ids=lambda value: ", ".join(map(str, value.headers.values())) if isinstance(value, Request) else None,
)
async def test_the_token_is_shown_to_who_opened_the_page_by_a_name_of_this_machine(tenant: Tenant, asking: Request, shown: bool) -> None:
    await put_on_sale(tenant.owner, slug=SLUG)

    tabs = (await make_tabs(_in_demo(tenant)))(asking)

    assert any("Authorization" in tab.headers for tab in tabs) is shown


async def test_without_the_demo_there_is_one_plain_tab(tenant: Tenant) -> None:
    empty = (await make_tabs(_in_demo(tenant)))(asked())
    absent = replace(tenant.house, settings=replace(tenant.house.settings, default_organization="nowhere"))

    assert [dict(tab.headers) for tab in empty] == [{"X-Organization": tenant.organization.slug}]
    assert [dict(tab.headers) for tab in (await make_tabs(absent))(asked())] == [{}]
