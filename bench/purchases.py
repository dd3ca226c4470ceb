"""What a buyer has bought of the programme: orders of two tickets each, paid by hand, with their tickets issued."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import httpx

from bench.programme import Show
from bench.stage import Stage
from schema import ids

ORDERS = 20
HOLD = "mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { hold { id } errors { __typename } } }"
CHECK_OUT = "mutation ($input: CheckOutCartInput!) { checkOutCart(input: $input) { order { id } errors { __typename } } }"
PAY = "mutation ($input: RecordPaymentInput!) { recordPayment(input: $input) { payment { status } errors { __typename } } }"


async def purchase(client: httpx.AsyncClient, stage: Stage, shows: Sequence[Show]) -> None:
    """Whoever the client is has bought two tickets of different types for each of the first twenty shows."""
    for show in shows[:ORDERS]:
        types = show.ticket_types[:2]
        lines = [{"ticketTypeId": ids.show("TicketType", each.id), "quantity": 1} for each in types]
        total = {"amountMinor": sum(each.price_minor for each in types), "currency": "EUR"}
        held = await _done(client, HOLD, {"eventId": ids.show("Event", show.event.id), "lines": lines})
        wish = {"holdIds": [held["hold"]["id"]], "email": "boss@bench.example", "name": "Boss", "expectedTotal": total}
        order = (await _done(client, CHECK_OUT, wish))["order"]
        await _done(client, PAY, {"orderId": order["id"], "amount": total})
    connection = await asyncpg.connect(stage.database.superuser)
    try:
        # As for the holds: Node's times know milliseconds.
        await connection.execute("UPDATE orders SET created_at = date_trunc('second', created_at)")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _done(client: httpx.AsyncClient, mutation: str, wish: dict[str, Any]) -> Any:
    answer = (await client.post("/graphql", json={"query": mutation, "variables": {"input": wish}})).json()
    (payload,) = answer["data"].values()
    if payload["errors"]:
        raise RuntimeError(f"nothing was bought: {answer}")
    return payload
