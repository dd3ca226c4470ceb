"""An arena on sale, and people who want seats in it: the same few by name, or the best that are left."""

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.seating.geometry import label_of
from gateway.seating.arena import make_arena
from tests.api.box_office import PUBLISH_EVENT, create_event, create_ticket_type
from tests.api.conftest import Client
from tests.seating.halls import assign
from tests.seating.test_arena import upload
from tests.two_workers.platform import Tenant

SEATS = 20_000
WANTED = ("Lower bowl", "Lower bowl side")
SHOWN = "hold { id status lines { quantity seats { label section row place category } } } errors { __typename ... on UserError { code } }"
HOLD_SEATS = f"mutation ($input: HoldSeatsInput!) {{ holdSeats(input: $input) {{ {SHOWN} }} }}"
HOLD_BEST = f"mutation ($input: HoldBestAvailableInput!) {{ holdBestAvailable(input: $input) {{ {SHOWN} }} }}"
RELEASE = "mutation ($input: ReleaseHoldInput!) { releaseHold(input: $input) { hold { status } errors { __typename } } }"


@dataclass(frozen=True, slots=True)
class Arena:
    """An event with 20,000 seats: its id, its ticket types by category, and the labels of the seats that everybody wants."""

    event_id: str
    types: dict[str, str]
    hot: Sequence[str]


async def open_arena(client: Client, slug: str = "arena-night") -> Arena:
    """An arena on sale; the hot seats are those of the first rows of two sections."""
    document = make_arena(SEATS)
    event_id = await create_event(client, slug=slug)
    types = {name: await create_ticket_type(client, event_id, 1, name=[{"locale": "en", "text": name}]) for name in WANTED}
    version_id = await upload(client, document)
    assigned = await assign(client, event_id, version_id, **{name: [each] for name, each in types.items()})
    published = (await client.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]
    assert (assigned["errors"], published["errors"]) == ([], [])
    return Arena(event_id, types, _hot(document))


def _hot(document: dict[str, Any]) -> list[str]:
    sections = [zone for zone in document["zones"] if any(seat["category"] == WANTED[0] for row in zone["rows"] for seat in row["seats"])]
    return [
        label_of(zone["name"], row["row_number"], seat["seat_number"])
        for zone in sections[:2]
        for row in zone["rows"][:4]
        for seat in row["seats"]
        if seat["category"] == WANTED[0]
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """A hold that was granted: its id, how many seats were asked for, and the seats it shows."""

    hold_id: str
    asked: int
    seats: Sequence[dict[str, Any]]
    best: bool


@dataclass(slots=True)
class SeatStorm:
    """What many buyers at two gateways live through; failures are codes of answers that were none."""

    tenant: Tenant
    arena: Arena
    given: dict[str, Given] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> dict[str, Given]:
        """The holds that nobody gave back."""
        return {hold_id: given for hold_id, given in self.given.items() if hold_id not in self.released}

    async def run(self, clients: int, asks: int) -> None:
        """So many buyers, each with a cart of his own, ask so often, one after the other."""
        async with asyncio.TaskGroup() as buyers:
            for number in range(clients):
                buyers.create_task(self._buy(number, asks))

    async def _buy(self, number: int, asks: int) -> None:
        chance = random.Random(number)
        client = self.tenant.buyer(number % 2, x_cart=secrets.token_urlsafe(32))
        for turn in range(asks):
            best = chance.random() < 0.5
            name, query, wish, asked = self._best(chance) if best else self._named(chance)
            payload = await self._until_answered(client, name, query, wish | {"idempotencyKey": f"{number}-{turn}"})
            self.refused.update(each["__typename"] for each in payload["errors"])
            if hold := payload["hold"]:
                seats = [seat for line in hold["lines"] for seat in line["seats"]]
                self.given[hold["id"]] = Given(hold["id"], asked, seats, best)
                if chance.random() < 0.3:
                    await self._until_answered(client, "releaseHold", RELEASE, {"holdId": hold["id"]})
                    self.released.add(hold["id"])

    def _best(self, chance: random.Random) -> tuple[str, str, dict[str, Any], int]:
        party = chance.randint(1, 5)
        line = {"ticketTypeId": self.arena.types[chance.choice(WANTED)], "quantity": party}
        return "holdBestAvailable", HOLD_BEST, {"eventId": self.arena.event_id, "lines": [line]}, party

    def _named(self, chance: random.Random) -> tuple[str, str, dict[str, Any], int]:
        party = chance.randint(1, 4)
        labels = chance.sample(self.arena.hot, party)
        return "holdSeats", HOLD_SEATS, {"eventId": self.arena.event_id, "seats": [{"label": each} for each in labels]}, party

    async def _until_answered(self, client: Client, name: str, query: str, wish: dict[str, Any]) -> dict[str, Any]:
        while "errors" in (answer := await client.answer(query, input=wish)):
            self.failures.update(each["extensions"]["code"] for each in answer["errors"])
            await asyncio.sleep(0.05)
        payload: dict[str, Any] = answer["data"][name]
        return payload
