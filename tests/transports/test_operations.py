"""Who watches alike: the same document, name, variables, topic, languages and rights; what one has seen already makes no difference."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.identity import Viewer
from gateway.graphql.answers import Denied
from gateway.transports.cohorts import Wish
from tests.transports import toy
from tests.transports.beating import EVENT
from tests.transports.watching import WATCH, Gateway

pytestmark = pytest.mark.asyncio
GATEWAY = Gateway()
TOKEN = GATEWAY.live.latest.resume_token
TWICE = (
    "subscription ($event: ID!, $resume: String!) "
    "{ ticketAvailability(eventId: $event, resumeFrom: $resume) { sequence ticketTypes { echo(text: $resume) } } }"
)
IN_A_FRAGMENT = (
    "subscription ($event: ID!, $resume: String) { ...Root } "
    "fragment Root on Subscription { ... on Subscription { ticketAvailability(eventId: $event, resumeFrom: $resume) { sequence } } }"
)
TWO = "subscription A($event: ID!) { ticketAvailability(eventId: $event) { sequence } } "
TWO += "subscription B($event: ID!) { ticketAvailability(eventId: $event) { sequence } }"


async def wish(query: str = WATCH, viewer: Viewer = toy.BUYER, name: str | None = None, **variables: object) -> Wish:
    """What the subscription is made of."""
    sent = {"query": query, "operationName": name, "variables": {"event": str(EVENT), **variables}}
    async with GATEWAY.operations.start(sent, GATEWAY.context(viewer)) as started:
        assert isinstance(started, Wish), started
        return started


@pytest.mark.parametrize("query", [WATCH, IN_A_FRAGMENT])
async def test_who_resumes_watches_with_those_who_do_not(query: str) -> None:
    fresh, resumed = await wish(query), await wish(query, resume=TOKEN)

    assert fresh.key == resumed.key
    assert (fresh.since, resumed.since) == (None, GATEWAY.live.latest.mark)


async def test_variables_that_are_declared_nowhere_make_no_difference() -> None:
    assert (await wish()).key == (await wish(stray=1)).key


async def test_people_of_one_role_watch_together_whoever_they_are() -> None:
    other = replace(toy.BUYER, person_id=UUID(int=9), cart="cart", expires_at=1)

    assert (await wish()).key == (await wish(viewer=other)).key


@pytest.mark.parametrize(
    "different",
    [
        {"query": WATCH.replace("available", 'available echo(text: "")')},
        {"viewer": toy.ANONYMOUS},
        {"viewer": toy.OWNER},
        {"viewer": replace(toy.BUYER, locales=("de", "en"))},
    ],
)
async def test_another_document_role_or_language_is_another_cohort(different: dict[str, Any]) -> None:
    assert (await wish()).key != (await wish(**different)).key


async def test_operations_of_one_document_are_different_cohorts() -> None:
    assert (await wish(TWO, name="A")).key != (await wish(TWO, name="B")).key


async def test_a_resume_token_that_also_shows_in_frames_separates() -> None:
    later = replace(GATEWAY.live.latest.mark, sequence=2).token(EVENT)

    assert (await wish(TWICE, resume=TOKEN)).key != (await wish(TWICE, resume=later)).key


async def test_what_is_no_request_is_denied() -> None:
    async with GATEWAY.operations.start(["{ hello }"], GATEWAY.context(toy.BUYER)) as started:
        assert isinstance(started, Denied)
        assert started.errors[0]["message"] == "Batches are not accepted: send each operation in a request of its own."
