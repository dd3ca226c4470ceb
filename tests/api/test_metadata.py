"""Metadata through the API: fields that organizers declare, values checked against them, and finding events by them."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Client, Tenant
from tests.api.programme import done, faults, shown, step
from tests.api.vocabulary import make_event, make_field, make_public, named

pytestmark = pytest.mark.asyncio

FIELDS = "{ metadataFields { key label kind options { value label } public filterable position version } }"
WHOLE = "metadata { key label kind public value text number boolean date option { value label } }"
GENRES = [
    {"value": "jazz", "label": [{"locale": "en", "text": "Jazz"}, {"locale": "de", "text": "Dschäss"}]},
    {"value": "folk", "label": named("Folk")},
]
IS_NUMBER = "is not a number of up to 15 digits, and 6 after the point, such as 12.5"
IS_DATE = "is not a date such as 2027-05-01"


async def keys(client: Client) -> list[str]:
    return [each["key"] for each in (await client.ask(FIELDS))["metadataFields"]]


async def change(tenant: Tenant, field_id: str, version: int, **wish: Any) -> dict[str, Any]:
    return await step(
        tenant.owner, "updateMetadataField", "field { kind options { value } version }", fieldId=field_id, expectedVersion=version, **wish
    )


async def declare_all(tenant: Tenant) -> None:
    """A public, filterable field of each kind."""
    for position, kind in enumerate(("STRING", "NUMBER", "BOOLEAN", "DATE", "ENUM")):
        options = {"options": GENRES} if kind == "ENUM" else {}
        await make_field(tenant.owner, kind.lower(), kind, public=True, filterable=True, position=position, **options)


def said(**values: str | None) -> list[dict[str, str | None]]:
    return [{"key": key, "value": value} for key, value in values.items()]


async def test_values_are_shown_as_text_and_typed_in_the_language_of_the_reader(tenant: Tenant) -> None:
    await declare_all(tenant)
    values = said(enum="jazz", date="2027-02-28", boolean="false", number="-12.50", string="Dogs & cats")
    event_id = await make_public(tenant.owner, metadata=values)

    german = tenant.anonymous.with_headers(accept_language="de")
    metadata = (await shown(german, event_id, WHOLE))["metadata"]

    nothing = {"text": None, "number": None, "boolean": None, "date": None, "option": None, "public": True}
    assert metadata == [
        nothing | {"key": "string", "label": "String", "kind": "STRING", "value": "Dogs & cats", "text": "Dogs & cats"},
        nothing | {"key": "number", "label": "Number", "kind": "NUMBER", "value": "-12.50", "number": "-12.50"},
        nothing | {"key": "boolean", "label": "Boolean", "kind": "BOOLEAN", "value": "false", "boolean": False},
        nothing | {"key": "date", "label": "Date", "kind": "DATE", "value": "2027-02-28", "date": "2027-02-28"},
        nothing | {"key": "enum", "label": "Enum", "kind": "ENUM", "value": "jazz", "option": {"value": "jazz", "label": "Dschäss"}},
    ]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("string", "", "is blank"),
        ("string", "x" * 501, "is 501 characters long, 500 are allowed"),
        ("string", "two\nlines", "must be one line without control characters"),
        ("string", "<b>bold</b>", "contains HTML at character 1; write plain text"),
        ("number", "twelve", IS_NUMBER),
        ("number", "1e9", IS_NUMBER),
        ("number", "NaN", IS_NUMBER),
        ("number", "1" * 16, IS_NUMBER),
        ("number", "0.1234567", IS_NUMBER),
        ("number", "١٢", IS_NUMBER),
        ("boolean", "yes", "is neither true nor false"),
        ("boolean", "True", "is neither true nor false"),
        ("date", "2027-02-29", IS_DATE),
        ("date", "20270228", IS_DATE),
        ("date", "2027-02-28T00:00:00Z", IS_DATE),
        ("enum", "rock", "is none of jazz, folk"),
        ("enum", "", "is none of jazz, folk"),
    ],
    ids=ascii,
)
async def test_a_value_that_its_field_cannot_have_is_refused_and_nothing_is_kept(
    tenant: Tenant, key: str, value: str, message: str
) -> None:
    await declare_all(tenant)
    event_id = await make_event(tenant.owner, metadata=said(number="1"))
    wish = [*said(number="2")] * (key != "number") + said(**{key: value})

    created = await step(tenant.owner, "createEvent", "event { id }", slug="new", **_event(), metadata=wish)
    updated = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, metadata=wish)

    assert faults(created) == faults(updated) == [(f"input.metadata.{len(wish) - 1}.value", message)]
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 1
    assert await shown(tenant.owner, event_id, "version metadata { value }") == {"version": 1, "metadata": [{"value": "1"}]}


def _event() -> dict[str, Any]:
    return {
        "title": named("New"),
        "startsAt": "2031-05-01T18:00:00Z",
        "endsAt": "2031-05-01T21:00:00Z",
        "timeZone": "Europe/Berlin",
    }


async def test_a_field_is_named_once(tenant: Tenant) -> None:
    await make_field(tenant.owner, "age", "NUMBER")
    event_id = await make_event(tenant.owner)

    twice = [*said(age="1"), *said(age="2")]
    payload = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, metadata=twice)

    assert faults(payload) == [("input.metadata.1.key", "is given twice")]
    assert await shown(tenant.owner, event_id, "version metadata { key }") == {"version": 1, "metadata": []}


async def test_every_fault_of_an_event_and_of_its_metadata_is_told_at_once(tenant: Tenant) -> None:
    await make_field(tenant.owner, "age", "NUMBER")

    payload = await step(
        tenant.owner,
        "createEvent",
        "event { id }",
        **_event() | {"slug": "No", "timeZone": "Mars"},
        metadata=said(age="old", colour="red"),
        joinUrl="https://a.example/",
    )

    assert [place for place, _ in faults(payload)] == [
        "input.metadata.0.value",
        "input.metadata.1.key",
        "input.joinUrl",
        "input.slug",
        "input.timeZone",
    ]


async def test_a_change_leaves_fields_that_it_does_not_name_and_null_takes_away(tenant: Tenant) -> None:
    await declare_all(tenant)
    event_id = await make_event(tenant.owner, metadata=said(string="old", number="1", enum="jazz", boolean=None))

    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, metadata=said(string="new", number=None))
    event = await shown(tenant.owner, event_id, "version metadata { key value } activity(first: 1) { nodes { changes { field old new } } }")

    assert event["metadata"] == [{"key": "string", "value": "new"}, {"key": "enum", "value": "jazz"}]
    assert event["version"] == 2
    assert event["activity"]["nodes"][0]["changes"] == [
        {
            "field": "metadata",
            "old": '{"enum": "jazz", "number": "1", "string": "old"}',
            "new": '{"enum": "jazz", "string": "new"}',
        }
    ]


async def test_a_copy_has_the_same_metadata(tenant: Tenant) -> None:
    await declare_all(tenant)
    event_id = await make_event(tenant.owner, metadata=said(string="same", number="1.5", boolean="true", date="2027-01-01", enum="folk"))

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")

    assert await shown(tenant.owner, copy["id"], WHOLE) == await shown(tenant.owner, event_id, WHOLE)
    assert len((await shown(tenant.owner, copy["id"], WHOLE))["metadata"]) == 5


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"key": "Key"}, [("input.key", "must begin with a small letter and be letters, digits and underscores, 50 at most")]),
        ({"key": "x" * 51}, [("input.key", "must begin with a small letter and be letters, digits and underscores, 50 at most")]),
        ({"label": []}, [("input.label", "give the text in at least one language")]),
        ({"label": named("<i>")}, [("input.label.en", "contains HTML at character 1; write plain text")]),
        ({"position": -1}, [("input.position", "must be between 0 and 10000")]),
        ({"options": GENRES}, [("input.options", "belongs to ENUM only")]),
        ({"kind": "ENUM"}, [("input.options", "is required of ENUM")]),
        ({"kind": "ENUM", "options": [GENRES[1]] * 2}, [("input.options.1.value", "is given twice")]),
        (
            {"kind": "ENUM", "options": [{"value": "a b", "label": named(" ")}]},
            [("input.options.0.value", "must be letters, digits, . _ and -, 50 at most"), ("input.options.0.label.en", "is blank")],
        ),
    ],
)
async def test_what_no_field_can_be_is_refused(tenant: Tenant, wish: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    declared = {"key": "colour", "label": named("Colour"), "kind": "STRING"} | wish

    payload = await step(tenant.owner, "createMetadataField", "field { id }", **declared)

    assert payload["field"] is None
    assert faults(payload) == expected
    assert await keys(tenant.owner) == []


async def test_a_key_serves_one_field_of_an_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    await make_field(tenant.owner, "age")

    again = await step(tenant.owner, "createMetadataField", "field { id }", key="age", label=named("Age"), kind="DATE")

    assert [(error["__typename"], error["key"]) for error in again["errors"]] == [("MetadataKeyTaken", "age")]
    assert await make_field(other_tenant.owner, "age")


async def test_a_field_changes_its_kind_only_while_no_event_has_a_value(tenant: Tenant) -> None:
    field_id = await make_field(tenant.owner, "genre", "ENUM", options=GENRES)
    event_id = await make_event(tenant.owner, metadata=said(genre="jazz"))

    refused = await change(tenant, field_id, 1, kind="STRING")
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, metadata=said(genre=None))
    changed = await change(tenant, field_id, 1, kind="STRING")

    assert [(error["__typename"], error["events"], error["path"]) for error in refused["errors"]] == [
        ("MetadataFieldInUse", 1, ["input", "kind"])
    ]
    assert changed["field"] == {"kind": "STRING", "options": [], "version": 2}


async def test_an_option_that_an_event_has_stays(tenant: Tenant) -> None:
    field_id = await make_field(tenant.owner, "genre", "ENUM", options=GENRES)
    await make_event(tenant.owner, metadata=said(genre="jazz"))

    refused = await change(tenant, field_id, 1, options=[GENRES[1]])
    changed = await change(tenant, field_id, 1, options=[GENRES[0]])

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("MetadataFieldInUse", ["input", "options"])]
    assert changed["field"] == {"kind": "ENUM", "options": [{"value": "jazz"}], "version": 2}


async def test_a_field_in_use_stays_unless_its_values_may_go(tenant: Tenant) -> None:
    field_id = await make_field(tenant.owner, "age", "NUMBER")
    event_id = await make_event(tenant.owner, metadata=said(age="18"))

    async def delete(**more: Any) -> dict[str, Any]:
        return await step(tenant.owner, "deleteMetadataField", "fieldId", fieldId=field_id, expectedVersion=1, **more)

    refused = await delete()
    kept = await shown(tenant.owner, event_id, "metadata { value }")
    gone = await delete(evenIfUsed=True)

    assert [(error["__typename"], error["events"]) for error in refused["errors"]] == [("MetadataFieldInUse", 1)]
    assert kept == {"metadata": [{"value": "18"}]}
    assert gone["errors"] == []
    assert await shown(tenant.owner, event_id, "metadata { value }") == {"metadata": []}
    assert await keys(tenant.owner) == []


async def test_a_value_is_never_written_in_a_field_that_changes_meanwhile(tenant: Tenant) -> None:
    field_id = await make_field(tenant.owner, "age", "STRING")
    events = [await make_event(tenant.owner, slug=f"show-{number}") for number in range(6)]

    answers = await asyncio.gather(
        *(
            step(tenant.owner, "updateEvent", "event { id }", eventId=each, expectedVersion=1, metadata=said(age="young"))
            for each in events
        ),
        change(tenant, field_id, 1, kind="NUMBER"),
    )

    seen = [await shown(tenant.owner, each, "metadata { kind value }") for each in events]
    kind = "NUMBER" if answers[-1]["errors"] == [] else "STRING"
    assert all(each == {"metadata": []} or each["metadata"][0]["kind"] == kind == "STRING" for each in seen)


async def test_missing_and_foreign_fields_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    foreign = await make_field(other_tenant.owner, "age")
    event_id = await make_event(tenant.owner)

    answers = [
        await change(tenant, foreign, 1, position=1),
        await step(tenant.owner, "deleteMetadataField", "fieldId", fieldId=foreign, expectedVersion=1),
        await change(tenant, "nonsense", 1, position=1),
    ]
    unknown = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, metadata=said(age="1"))

    assert {(each["errors"][0]["__typename"], ".".join(each["errors"][0]["path"])) for each in answers} == {("NotFound", "input.fieldId")}
    assert faults(unknown) == [("input.metadata.0.key", "is no metadata field of this organization")]
    assert await keys(other_tenant.owner) == ["age"]


async def test_what_is_for_the_staff_is_not_there_for_others(tenant: Tenant) -> None:
    await make_field(tenant.owner, "fee", "NUMBER", filterable=True)
    age_id = await make_field(tenant.owner, "age", "NUMBER", public=True)
    fee_id = (await tenant.owner.ask("{ metadataFields { id key } }"))["metadataFields"][1]["id"]
    event_id = await make_public(tenant.owner, metadata=said(fee="900", age="18"))
    node = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on MetadataField { key } } }"

    for outsider in (tenant.anonymous, tenant.member(Role.USER)):
        assert await keys(outsider) == ["age"]
        assert (await outsider.ask(node, ids=[fee_id, age_id]))["nodes"] == [None, {"key": "age"}]
        assert await shown(outsider, event_id, "metadata { key value }") == {"metadata": [{"key": "age", "value": "18"}]}
    assert await keys(tenant.member(Role.SUPPORT)) == ["age", "fee"]
    staff = await shown(tenant.member(Role.ANALYST), event_id, "metadata { key }")
    assert staff == {"metadata": [{"key": "age"}, {"key": "fee"}]}
