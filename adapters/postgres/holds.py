"""The store of holds inside a unit of work: reading them, and giving back their stock exactly once.

Every change of an event's stock locks its row in `inventories` first, then pools by id, then holds; so all of them queue up
in one lane and none waits for another in a circle. The statement after the lock sees what the one before it in the lane left.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from adapters.postgres.rows import columns_of, in_order
from adapters.postgres.transaction import Transaction
from domain.holds import Hold, HoldLine, HoldStatus
from domain.news import Fact, News, stock_moved

ENDED = frozenset({HoldStatus.RELEASED, HoldStatus.EXPIRED, HoldStatus.REVOKED})

FACTS = f"SELECT {columns_of(Hold, table='h', but=['lines'])}, l.ticket_type_id, l.quantity, l.pool_ids"
LINES = "JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id"
GET_MANY = f"{FACTS} FROM holds h {LINES} WHERE h.id = ANY($1::uuid[]) ORDER BY h.id, l.ticket_type_id"
OF_BUYER = f"""
{FACTS} FROM (
    SELECT * FROM holds WHERE buyer = $1 AND status = 'ACTIVE' AND expires_at > app_now()
    ORDER BY created_at DESC, id DESC LIMIT $2
) h {LINES} ORDER BY h.created_at DESC, h.id DESC, l.ticket_type_id
"""
FOR_CHANGE = f"""
{FACTS} FROM (
    SELECT held.* FROM inventories i JOIN holds held ON held.organization_id = i.organization_id AND held.event_id = i.event_id
    WHERE held.id = $1 FOR UPDATE OF i, held
) h {LINES} ORDER BY l.ticket_type_id
"""
LANE = "SELECT sequence FROM inventories WHERE event_id = $1 FOR UPDATE"
EXPIRED = f"""
{FACTS} FROM (
    SELECT * FROM holds WHERE event_id = $1 AND status = 'ACTIVE' AND expires_at <= app_now()
    ORDER BY expires_at, id LIMIT $2 FOR UPDATE
) h {LINES} ORDER BY h.expires_at, h.id, l.ticket_type_id
"""
GIVE_BACK = """
WITH ended AS (
    UPDATE holds h SET status = asked.status FROM unnest($2::uuid[], $3::text[]) AS asked (id, status)
    WHERE h.id = asked.id AND h.event_id = $1 AND h.status = 'ACTIVE'
    RETURNING h.organization_id, h.id
), returned AS (
    SELECT pool_id, sum(l.quantity) AS quantity
    FROM ended JOIN hold_lines l ON l.organization_id = ended.organization_id AND l.hold_id = ended.id, unnest(l.pool_ids) AS pool_id
    GROUP BY pool_id
), lane AS (
    UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 AND EXISTS (SELECT FROM ended) RETURNING sequence
), moved AS (
    UPDATE pools p SET held = p.held - returned.quantity, moved_at = lane.sequence FROM returned, lane WHERE p.id = returned.pool_id
)
SELECT ended.id, lane.sequence FROM ended, lane
"""


class HoldStore:
    """Implements `HoldBook`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._news = transaction.news

    async def get_many(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """By id, in the order asked."""
        return in_order(_holds(await self._connection.fetch(GET_MANY, ids)), ids)

    async def of_buyer(self, buyer: str, at_most: int) -> Sequence[Hold]:
        """Those that are active and whose time is not over, newest first."""
        return list(_holds(await self._connection.fetch(OF_BUYER, buyer, at_most)))

    async def for_change(self, hold_id: UUID) -> Hold | None:
        """The hold as it is once nobody else can change it."""
        return next(_holds(await self._connection.fetch(FOR_CHANGE, hold_id)), None)

    async def expired(self, event_id: UUID, at_most: int) -> Sequence[Hold]:
        """Active ones whose time is over, longest ago first."""
        await self._connection.execute(LANE, event_id)
        return list(_holds(await self._connection.fetch(EXPIRED, event_id, at_most)))

    async def give_back(self, holds: Sequence[Hold]) -> int:
        """End those that are still active and return their stock, as one movement; how many these were.

        Raises ValueError for holds of several events, or such that do not say how they ended.
        """
        if not holds:
            return 0
        event_id = _event_of(holds)
        await self._connection.execute(LANE, event_id)
        ids, statuses = [hold.id for hold in holds], [hold.status.value for hold in holds]
        ended = {row["id"]: row["sequence"] for row in await self._connection.fetch(GIVE_BACK, event_id, ids, statuses)}
        self._news += [_released(hold, ended[hold.id]) for hold in holds if hold.id in ended]
        return len(ended)


def _event_of(holds: Sequence[Hold]) -> UUID:
    if len({hold.event_id for hold in holds}) > 1:
        raise ValueError("stock is given back to one event at a time; these holds are of several")
    if going_on := {hold.status for hold in holds} - ENDED:
        raise ValueError(f"a hold that is {', '.join(sorted(going_on))} keeps its stock; say how it ended")
    return holds[0].event_id


def _released(hold: Hold, sequence: int) -> News:
    lines: list[Fact] = [{"ticketTypeId": str(line.ticket_type_id), "quantity": line.quantity} for line in hold.lines]
    facts: dict[str, Fact] = {"holdId": str(hold.id), "status": hold.status.value, "lines": lines}
    return stock_moved("hold:released", hold.event_id, sequence, facts)


def _holds(rows: Iterable[Any]) -> Iterator[Hold]:
    """Rows of lines that stand together by hold, as holds."""
    for _, lines in groupby(rows, itemgetter("id")):
        hold, *more = lines
        yield Hold(
            id=hold["id"],
            event_id=hold["event_id"],
            buyer=hold["buyer"],
            status=HoldStatus(hold["status"]),
            lines=tuple(HoldLine(line["ticket_type_id"], line["quantity"], tuple(line["pool_ids"])) for line in (hold, *more)),
            created_at=hold["created_at"],
            expires_at=hold["expires_at"],
        )
