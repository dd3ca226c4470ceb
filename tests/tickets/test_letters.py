"""The letter of a confirmed order has its tickets: links to the pictures of their codes, which open without signing in."""

import io
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from domain.identity import Role
from domain.letters import Letter, LetterKind
from tests.api.conftest import Tenant
from tests.orders.test_changing import letters_of
from tests.seating.halls import seated_event
from tests.tickets.counter import Show, buy, buyer, cart, changed, context_of, give, given, put_on, seen

pytestmark = pytest.mark.asyncio


def listed(letter: Letter) -> list[tuple[str, str]]:
    """What the letter calls each ticket, and the path to which its link leads."""
    parted = [line.partition("\t") for line in letter.facts["tickets"].splitlines()]
    return [(label, link.partition(urlsplit(link).netloc)[2]) for label, _, link in parted]


async def read(tenant: Tenant, path: str) -> tuple[int, str | None]:
    """What somebody gets there who has said nothing of himself: the status, and what the code says."""
    answer = await tenant.http.get(path, headers=tenant.anonymous.headers)
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content))) if answer.status_code == 200 else []
    return answer.status_code, codes[0].text if codes else None


@pytest.mark.parametrize("signed_in", [False, True], ids=["a guest", "somebody with an account"])
async def test_the_buyer_is_sent_her_tickets(tenant: Tenant, signed_in: bool) -> None:
    person_id, _ = await buyer(tenant)
    ctx = context_of(tenant, person_id=person_id, role=Role.USER) if signed_in else context_of(tenant, cart=cart())
    bought = await buy(tenant, ctx, await put_on(tenant), quantity=2)
    tickets: list[Any] = [await seen(tenant.owner, each) for each in bought.ticket_ids]

    [letter] = await letters_of(tenant)

    assert letter.kind is LetterKind.ORDER_CONFIRMED
    assert [label for label, _ in listed(letter)] == [f"{each['code']}, Standing" for each in tickets]
    assert [await read(tenant, path) for _, path in listed(letter)] == [(200, each["qrCode"]["text"]) for each in tickets]
    assert ("secret" in letter.facts["link"]) is not signed_in


async def test_a_link_shows_the_code_of_now_and_opens_nothing_else(tenant: Tenant, other_tenant: Tenant) -> None:
    bought = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant))
    stranger = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant, slug="other"))
    [ticket_id] = bought.ticket_ids
    letter = next(each for each in await letters_of(tenant) if each.facts["number"] == bought.order.number)
    [(_, path)] = listed(letter)

    anew = await changed(tenant.owner, "reissueTicket", {"id": ticket_id, "version": 1})

    assert await read(tenant, path) == (200, anew["qrCode"]["text"])
    assert await read(tenant, path.replace(ticket_id, stranger.ticket_ids[0])) == (404, None)
    assert await read(other_tenant, path) == (404, None)
    assert await read(tenant, path[:-1] + ("A" if path[-1] != "A" else "B")) == (404, None)


async def test_of_many_tickets_fifty_lines_are_listed_and_the_last_leads_to_the_order(tenant: Tenant) -> None:
    made = await give(tenant.owner, await put_on(tenant, capacity=60), quantity=51, name="The press", email="press@example.org")

    [letter] = await letters_of(tenant)

    labels = [label for label, _ in listed(letter)]
    assert made["errors"] == []
    assert (len(labels), labels[-1]) == (50, "…")
    assert letter.facts["tickets"].endswith(f"…\t{letter.facts['link']}")
    assert sorted(labels[:-1]) == sorted(set(labels[:-1]))


async def test_seats_are_named(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)
    seats = ["Stalls A-2", "Stalls A-1"]

    tickets = await given(tenant.owner, Show(event_id, types["Stalls"]), seats=seats, name="Ada", email="ada@example.org")

    [letter] = await letters_of(tenant)
    assert sorted(label for label, _ in listed(letter)) == sorted(f"{each['code']}, Stalls, {each['seat']['label']}" for each in tickets)
    assert sorted(each["seat"]["label"] for each in tickets) == sorted(seats)
