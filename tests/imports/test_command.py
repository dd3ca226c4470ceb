"""`ticketbase import pretix DIR` reports to people as a table, to programs as JSON, and says what to do when it cannot."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gateway.settings import Settings
from tests.api.conftest import Tenant
from tests.commands import Finished, environment_of, ticketbase
from tests.imports.writing import an_event, an_item, lay

Run = Callable[..., Awaitable[Finished]]


@pytest.fixture
def run(api_settings: Settings, tenant: Tenant, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `ticketbase import pretix` for the test's organization."""
    environment = environment_of(api_settings) | {"TICKETBASE_DEFAULT_ORGANIZATION": tenant.organization.slug}
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    async def run_it(*arguments: object, **variables: str) -> Finished:
        return await ticketbase(environment | variables, elsewhere, "import", "pretix", *map(str, arguments))

    return run_it


@pytest.mark.asyncio
async def test_people_get_a_table(run: Run, tenant: Tenant, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(location={"en": "Town Hall"}, dress="black tie"), items__1=an_item())

    done = await run(tmp_path, "--capacity", 30)

    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"Imported from pretix into The Hall ({tenant.organization.slug}): 1 event and 1 ticket type created.\n"
        "\n"
        "event, ticket types  status, price  starts, tickets                     what was done\n"
        "concert: Concert     published      Thu 2031-05-01 20:00 Europe/Berlin  created\n"
        "  Standing           23.00 EUR      30 tickets                          created\n"
        "\n"
        "Not taken over, because TicketBase has no place for it:\n"
        "  a venue needs its street, city and country apart, which this text does not tell: events/concert.json $.location\n"
        "\n"
        "Not taken over, because it is not known here:\n"
        "  is no field that is known here: events/concert.json $.dress\n"
        "\n"
        "Assumed, because the documents do not say it:\n"
        "  no quota names it, so it has a pool of its own with 30 tickets: items/1.json\n"
        "\n"
        "Of all fields: 15 mapped, 7 empty, 1 not mapped, 1 unknown, 1 assumed. --json names each.\n"
    )


@pytest.mark.asyncio
async def test_programs_get_every_field(run: Run, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__1=an_item())
    await run(tmp_path)
    lay(tmp_path, items__1=an_item(default_price="25.00"))

    done = await run(tmp_path, "--json")

    report = json.loads(done.out)
    assert (done.code, report["source"]) == (0, "pretix")
    [event] = report["events"]
    assert event == event | {"slug": "concert", "status": "PUBLISHED", "startsAt": "2031-05-01T18:00:00Z", "change": "unchanged"}
    [kind] = event["ticketTypes"]
    assert kind == kind | {"price": {"amountMinor": 2500, "currency": "EUR"}, "change": "changed", "changed": ["price_minor"]}
    assert {"file": "items/1.json", "path": "$.default_price", "fate": "mapped", "note": "price"} in report["findings"]
    assert sum(report["counts"].values()) == len(report["findings"])


@pytest.mark.asyncio
async def test_dates_are_moved_when_asked(run: Run, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(date_from="2020-01-01T10:00:00Z", date_to="2020-01-01T14:00:00Z"), items__1=an_item())

    done = await run(tmp_path, "--shift-dates")

    assert "Wed 20" in done.out
    assert "2020" not in done.out
    assert "is over" not in done.out


@pytest.mark.asyncio
async def test_faults_are_told_in_lines_and_as_json(run: Run, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(currency="Euro"), items__1=an_item(default_price="a lot"))

    for_people = await run(tmp_path)
    for_programs = await run(tmp_path, "--json")

    assert (for_people.code, for_people.out, for_programs.code) == (1, "", 1)
    assert for_people.err.splitlines() == [
        "Nothing was imported, because of 2 faults; mend what is named and import again:",
        "  events/concert.json $.currency: is not a currency such as EUR",
        '  items/1.json $.default_price: is not a decimal number such as "23.00"',
    ]
    assert [fault["path"] for fault in json.loads(for_programs.out)["faults"]] == ["$.currency", "$.default_price"]


@pytest.mark.asyncio
async def test_what_cannot_begin_says_what_to_do(run: Run, tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event())

    unknown = await run(tmp_path, "--organization", "nobody")
    unnamed = await run(tmp_path, TICKETBASE_DEFAULT_ORGANIZATION="")
    missing = await run(tmp_path / "nowhere")
    away = await run(tmp_path, DATABASE_URL="postgresql://a:b@127.0.0.1:9/c")

    assert (unknown.code, unknown.err) == (1, "There is no organization 'nobody'; `ticketbase seed --demo` makes the organization demo.\n")
    assert unnamed.code == 2
    assert unnamed.err.endswith("Which organization? Give --organization, or set TICKETBASE_DEFAULT_ORGANIZATION.\n")
    assert (missing.code, "does not exist" in missing.err) == (2, True)
    assert away.code == 1
    assert away.err.startswith("PostgreSQL at 127.0.0.1:9 does not let a in")
