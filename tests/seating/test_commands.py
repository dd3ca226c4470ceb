"""`ticketbase import seating-plan` and `ticketbase make-seating-plan`, as an operator calls them."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli.seating import make_seating_plan
from gateway.settings import Settings
from tests.api.conftest import Tenant
from tests.commands import Finished, environment_of, ticketbase
from tests.seating.halls import small_hall

Run = Callable[..., Awaitable[Finished]]


@pytest.fixture
def run(api_settings: Settings, tenant: Tenant, tmp_path: Path) -> Run:
    """Runs `ticketbase` for the test's organization."""
    environment = environment_of(api_settings) | {"TICKETBASE_DEFAULT_ORGANIZATION": tenant.organization.slug}
    return lambda *arguments: ticketbase(environment, tmp_path, *map(str, arguments))


def lay(tmp_path: Path, document: Any) -> Path:
    file = tmp_path / "plan.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.asyncio
async def test_people_are_told_what_was_kept(run: Run, tenant: Tenant, tmp_path: Path) -> None:
    done = await run("import", "seating-plan", lay(tmp_path, small_hall()))

    assert (done.code, done.err) == (0, "")
    first, *lines, last = done.out.splitlines()
    assert first == f"Small Hall is version 1 in The Hall ({tenant.organization.slug}): 6 seats in 3 sections."
    assert lines == [
        "  Stalls: 4 seats, 1 of them accessible",
        "  Balcony: 2 seats, 0 of them accessible",
        "  Floor: 50 may stand",
        "Room for 50 to stand besides.",
    ]
    assert last.startswith("Its id for assignSeatingPlan: ")


@pytest.mark.asyncio
async def test_programs_get_json_and_the_same_plan_again_is_not_new(run: Run, tenant: Tenant, tmp_path: Path) -> None:
    file = lay(tmp_path, "\ufeff" + json.dumps(small_hall()))

    first = json.loads((await run("import", "seating-plan", file, "--name", "Hall", "--json")).out)
    again = json.loads((await run("import", "seating-plan", file, "--name", "Hall", "--json")).out)
    shown = await run("import", "seating-plan", file, "--name", "Hall")

    assert (first["name"], first["version"], first["isNew"], first["seatCount"], first["sections"]) == ("Hall", 1, True, 6, 3)
    assert first["categories"][2] == {"name": "Floor", "seatCount": 0, "accessibleCount": 0, "standing": 50}
    assert again == {**first, "isNew": False}
    assert shown.out.startswith("Hall was here already, as version 1 in The Hall")


@pytest.mark.asyncio
async def test_every_fault_is_told_with_its_json_path(run: Run, tenant: Tenant, tmp_path: Path) -> None:
    plan = small_hall()
    plan["zones"][0]["rows"][0]["seats"][1]["category"] = "Gallery"
    plan["size"]["width"] = float("nan")
    file = lay(tmp_path, plan)

    told, as_json = await run("import", "seating-plan", file), await run("import", "seating-plan", file, "--json")

    assert (told.code, told.out, as_json.code, as_json.err) == (1, "", 1, "")
    assert told.err.splitlines() == [
        "Nothing was imported, because of 2 faults; mend what is named and import again:",
        "  $.size.width: is not a whole number",
        "  $.zones[0].rows[0].seats[1].category: Gallery is none of the plan's categories (Stalls, Stalls [accessible], Balcony)",
    ]
    faults = json.loads(as_json.out)
    assert ([each["path"] for each in faults["faults"]], faults["complete"]) == (
        ["$.size.width", "$.zones[0].rows[0].seats[1].category"],
        True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON: Expecting property name"),
        ('{"name": 1, "name": 2}', "cannot be read as JSON: the field 'name' is given twice in one object."),
        ("[" * 100_000, "cannot be read as JSON: it is nested too deeply."),
    ],
)
@pytest.mark.asyncio
async def test_what_is_no_json_is_told_in_one_line(run: Run, tmp_path: Path, text: str, message: str) -> None:
    done = await run("import", "seating-plan", lay(tmp_path, text))

    assert (done.code, done.out) == (1, "")
    assert message in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.asyncio
async def test_an_organization_that_is_not_there_and_a_name_that_is_blank_are_refused(run: Run, tmp_path: Path) -> None:
    file = lay(tmp_path, small_hall())

    nobody, nameless = (
        await run("import", "seating-plan", file, "--organization", "nobody"),
        await run("import", "seating-plan", file, "--name", " "),
    )

    assert (nobody.code, nameless.code) == (1, 1)
    assert nobody.err.startswith("There is no organization 'nobody'")
    assert nameless.err == "input.name: is blank\n"


@pytest.mark.asyncio
async def test_a_plan_made_to_measure_is_one_that_can_be_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "arena.json"

    made = await run("make-seating-plan", "arena", "--seats", 500, "--output", file)
    printed = await run("make-seating-plan", "arena", "--seats", 500)
    done = json.loads((await run("import", "seating-plan", file, "--json")).out)

    assert (made.code, made.out, made.err) == (0, "", f"Wrote {file}: arena, 500 seats.\n")
    assert printed.out == file.read_text()
    assert (done["name"], done["seatCount"]) == ("Arena with 500 seats", 500)


@pytest.mark.parametrize(
    "arguments", [["cinema", "--seats", "500"], ["arena"], ["arena", "--seats", "5"], ["theatre", "--seats", "100001"]]
)
def test_halls_of_other_kinds_and_sizes_are_not_made(arguments: list[str]) -> None:
    done = CliRunner().invoke(make_seating_plan, arguments)

    assert (done.exit_code, done.stdout) == (2, "")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(make_seating_plan, ["theatre", "--seats", "100", "--output", str(tmp_path / "nowhere" / "plan.json")])

    assert done.exit_code == 1
    assert done.stderr == f"{tmp_path}/nowhere/plan.json: No such file or directory\n"
