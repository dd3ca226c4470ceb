"""What an event's buyers are asked: made, changed, ordered, archived, copied, and shown to whom it concerns."""

import json

import pytest

from adapters.crypto.identifiers import new_id
from schema import ids
from tests.api.box_office import create_event, create_ticket_type
from tests.api.conftest import Tenant
from tests.orders.shop import on_sale
from tests.questions.survey import QUESTION, archived, asked, change, en, new_question, offered, questions
from tests.ticket_types.desk import do, done, refusal

pytestmark = pytest.mark.asyncio

MADE = f"question {{ {QUESTION} }}"


async def test_a_question_is_made_changed_and_noted_in_the_log(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    parent = await asked(tenant, event_id, "CHOICE", "Do you eat?", choices=offered("yes", "no"))

    made = await done(
        tenant.owner, "createQuestion", MADE,
        **new_question(event_id, "NUMBER", "How much?", required=True, least=1, most=9, ticketTypeIds=[type_id],
                       dependsOn={"questionId": parent, "values": ["yes"]}),
    )  # fmt: skip
    changed = await change(tenant.owner, made["question"]["id"], label=en("How many?"), dependsOn=None, required=False)

    assert made["question"] == {
        "id": made["question"]["id"], "version": 1, "scope": "TICKET", "kind": "NUMBER", "label": "How much?", "required": True,
        "encrypted": False, "position": 1, "archivedAt": None, "ticketTypeIds": [type_id],
        "dependsOn": {"questionId": parent, "values": ["yes"]},
    }  # fmt: skip
    assert changed["question"] == made["question"] | {"version": 2, "label": "How many?", "required": False, "dependsOn": None}
    log = (await tenant.owner.ask("query ($id: ID!) { event(by: {id: $id}) { activity { nodes { deed } } } }", id=event_id))["event"]
    assert [each["deed"] for each in log["activity"]["nodes"]][:3] == ["question:updated", "question:created", "question:created"]


async def test_the_same_key_asks_once(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    wish = new_question(event_id, idempotencyKey="once")

    first, again = [await done(tenant.owner, "createQuestion", MADE, **wish) for _ in range(2)]
    other = refusal(await do(tenant.owner, "createQuestion", MADE, **wish | {"label": en("Another?")}))

    assert first == again
    assert other["__typename"] == "IdempotencyKeyReused"
    assert len(await questions(tenant.owner, event_id)) == 1


async def test_what_breaks_a_rule_is_refused_and_nothing_is_asked(tenant: Tenant) -> None:
    event_id, other_id = await create_event(tenant.owner), await create_event(tenant.owner, slug="other")
    foreign_type = await create_ticket_type(tenant.owner, other_id)
    elsewhere = await asked(tenant, other_id, "BOOLEAN")

    broken = refusal(await do(tenant.owner, "createQuestion", MADE, **new_question(event_id, "CHOICE", " ")))
    of_other = refusal(await do(tenant.owner, "createQuestion", MADE, **new_question(event_id, ticketTypeIds=[foreign_type])))
    condition = {"questionId": elsewhere, "values": ["true"]}
    on_other = refusal(await do(tenant.owner, "createQuestion", MADE, **new_question(event_id, dependsOn=condition)))

    assert [each["path"] for each in broken["faults"]] == [["input", "label", "en"], ["input", "choices"]]
    assert of_other["__typename"] == "NotFound"
    assert [each["path"] for each in on_other["faults"]] == [["input", "dependsOn", "questionId"]]
    assert await questions(tenant.owner, event_id) == []


async def test_a_circle_is_refused(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    first = await asked(tenant, event_id, "BOOLEAN")
    second = await asked(tenant, event_id, "BOOLEAN", dependsOn={"questionId": first, "values": ["true"]})

    circle = refusal(await change(tenant.owner, first, dependsOn={"questionId": second, "values": ["true"]}))
    needed = refusal(await archived(tenant.owner, first))

    assert [each["path"] for each in circle["faults"]] == [["input", "dependsOn"]]
    assert (needed["__typename"], needed["questionIds"]) == ("QuestionNeeded", [second])
    assert [each["version"] for each in await questions(tenant.owner, event_id)] == [1, 1]


async def test_an_archived_question_is_shown_to_the_staff_alone_and_stays_as_it_is(tenant: Tenant) -> None:
    event_id, _ = await on_sale(tenant)
    question_id = await asked(tenant, event_id)

    stale = refusal(await archived(tenant.owner, question_id, 7))
    gone = await archived(tenant.owner, question_id)
    again = await archived(tenant.owner, question_id)
    late = refusal(await change(tenant.owner, question_id, 2, required=True))

    assert (stale["__typename"], stale["currentVersion"]) == ("VersionConflict", 1)
    assert gone == again
    assert (gone["question"]["version"], late["__typename"]) == (2, "QuestionArchived")
    assert await questions(tenant.owner, event_id) == []
    assert [each["id"] for each in await questions(tenant.owner, event_id, and_archived=True)] == [question_id]
    assert await questions(tenant.anonymous, event_id, and_archived=True) == []


async def test_questions_stand_in_the_order_asked_for(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    one, two, three = [await asked(tenant, event_id, label=f"{each}?") for each in range(3)]
    await archived(tenant.owner, two)

    wrong = refusal(await do(tenant.owner, "reorderQuestions", "event { id }", eventId=event_id, questionIds=[three, two, one]))
    payload = await done(tenant.owner, "reorderQuestions", "event { questions { id } }", eventId=event_id, questionIds=[three, one])

    assert (wrong["__typename"], wrong["questionIds"]) == ("QuestionsChanged", [one, three])
    assert payload["event"]["questions"] == [{"id": three}, {"id": one}]


async def test_a_copy_asks_what_its_source_asks_of_its_own_types(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id)
    first = await asked(tenant, event_id, "BOOLEAN", "Do you eat?", ticketTypeIds=[type_id])
    await asked(tenant, event_id, label="What?", dependsOn={"questionId": first, "values": ["true"]})
    await archived(tenant.owner, await asked(tenant, event_id))

    wish = {"eventId": event_id, "slug": "again", "startsAt": "2031-06-01T18:00:00Z"}
    copy = (await done(tenant.owner, "copyEvent", "event { id ticketTypes { id } }", **wish))["event"]

    asks = await questions(tenant.owner, copy["id"])
    assert [(each["label"], each["version"], each["ticketTypeIds"]) for each in asks] == [
        ("Do you eat?", 1, [copy["ticketTypes"][0]["id"]]),
        ("What?", 1, []),
    ]
    assert asks[1]["dependsOn"] == {"questionId": asks[0]["id"], "values": ["true"]}
    assert first not in {each["id"] for each in asks}


async def test_the_public_sees_what_it_may_be_asked_and_nothing_of_drafts_or_hidden_types(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    hidden = await create_ticket_type(tenant.owner, event_id, hidden=True)
    draft = await asked(tenant, await create_event(tenant.owner, slug="draft"))
    secret = await asked(tenant, event_id, ticketTypeIds=[hidden])
    both = await asked(tenant, event_id, ticketTypeIds=[hidden, type_id])

    [seen] = await questions(tenant.anonymous, event_id)
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    found = [(await client.ask(nodes, ids=[draft, secret, both]))["nodes"] for client in (tenant.anonymous, tenant.owner)]

    assert (seen["id"], seen["ticketTypeIds"]) == (both, [type_id])
    assert found == [[None, None, {"id": both}], [{"id": draft}, {"id": secret}, {"id": both}]]


async def test_foreign_and_missing_questions_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    foreign = await asked(other_tenant, await create_event(other_tenant.owner))
    missing = ids.show("Question", new_id())

    told = [json.dumps(await change(tenant.owner, each, required=True)) for each in (foreign, missing)]

    assert told[0] == told[1]
    assert json.loads(told[0])["errors"][0]["__typename"] == "NotFound"
