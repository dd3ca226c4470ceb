"""The store of holds inside a unit of work: reading them, and giving back their stock exactly once.

Every change of an event's stock locks its row in `inventories` first, then pools by id, then holds; so all of them queue up
in one lane and none waits for another in a circle. The statement after the lock sees what the one before it in the lane left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from adapters.postgres.rows import columns_of, in_order
from adapters.postgres.transaction import Transaction
from domain.holds import Hold, HoldLine, HoldStatus
from domain.news import Fact, News, stock_moved
from domain.seats import WITHOUT_END

ENDED = frozenset({HoldStatus.RELEASED, HoldStatus.EXPIRED, HoldStatus.REVOKED})

FACTS = f"SELECT {columns_of(Hold, table='h', but=['lines'])}, l.ticket_type_id, l.quantity, l.pool_ids, l.seat_ids"
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
# What of the event's stock a hold has taken is found through its lines; its seats are guarded by the claim besides.
GIVE_BACK = """
WITH ended AS (
    UPDATE holds h SET status = asked.status FROM unnest($2::uuid[], $3::text[]) AS asked (id, status)
    WHERE h.id = asked.id AND h.event_id = $1 AND (h.status = 'ACTIVE' OR h.status = 'CONVERTED' AND asked.status = 'REVOKED')
    RETURNING h.organization_id, h.id, h.sold_at IS NOT NULL AS sold
), returned AS (
    SELECT pool_id, coalesce(sum(l.quantity) FILTER (WHERE NOT ended.sold), 0) AS held,
        coalesce(sum(l.quantity) FILTER (WHERE ended.sold), 0) AS sold
    FROM ended JOIN hold_lines l ON l.organization_id = ended.organization_id AND l.hold_id = ended.id, unnest(l.pool_ids) AS pool_id
    GROUP BY pool_id
), unspent AS (
    UPDATE access_codes c SET used = c.used - gone.uses FROM (
        SELECT u.access_code_id, count(*) AS uses
        FROM ended JOIN access_code_uses u ON u.organization_id = ended.organization_id AND u.hold_id = ended.id
        GROUP BY u.access_code_id
    ) AS gone WHERE c.id = gone.access_code_id
), lane AS (
    UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 AND EXISTS (SELECT FROM ended) RETURNING sequence
), moved AS (
    UPDATE pools p SET held = p.held - returned.held, sold = p.sold - returned.sold, moved_at = lane.sequence
    FROM returned, lane WHERE p.id = returned.pool_id
), freed AS (
    UPDATE seats SET hold_id = NULL, claimed_until = NULL, booked = false, moved_at = lane.sequence
    FROM lane, ended JOIN hold_lines l ON l.organization_id = ended.organization_id AND l.hold_id = ended.id, unnest(l.seat_ids) AS own
    WHERE seats.id = own AND seats.hold_id = ended.id
)
SELECT ended.id, lane.sequence FROM ended, lane
"""

LANES = """
SELECT FROM inventories WHERE event_id = ANY (ARRAY(SELECT event_id FROM holds WHERE id = ANY ($1::uuid[]))) ORDER BY event_id FOR UPDATE
"""
LOCK = f"""
{FACTS} FROM (SELECT * FROM holds WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) h {LINES} ORDER BY h.id, l.ticket_type_id
"""
# How many tickets it has tells how often it was shortened, since it only ever becomes shorter.
GIVE_BACK_PART = """
WITH shortened AS (
    SELECT organization_id, id, sold_at IS NOT NULL AS sold FROM holds
    WHERE event_id = $1 AND id = $2 AND status = 'CONVERTED' AND $3 = (SELECT sum(quantity) FROM hold_lines WHERE hold_id = $2)
), parts AS (
    SELECT l.ticket_type_id, l.pool_ids, part.quantity FROM shortened
    JOIN hold_lines l ON l.organization_id = shortened.organization_id AND l.hold_id = shortened.id
    JOIN unnest($4::uuid[], $5::integer[]) AS part (ticket_type_id, quantity) ON part.ticket_type_id = l.ticket_type_id
), returned AS (
    SELECT pool_id, sum(quantity) AS quantity FROM parts, unnest(pool_ids) AS pool_id GROUP BY pool_id
), lane AS (
    UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 AND EXISTS (SELECT FROM shortened) RETURNING sequence
), moved AS (
    UPDATE pools p SET held = p.held - CASE WHEN state.was_sold THEN 0 ELSE returned.quantity END,
        sold = p.sold - CASE WHEN state.was_sold THEN returned.quantity ELSE 0 END, moved_at = lane.sequence
    FROM returned, lane, (SELECT sold AS was_sold FROM shortened) AS state WHERE p.id = returned.pool_id
), freed AS (
    UPDATE seats SET hold_id = NULL, claimed_until = NULL, booked = false, moved_at = lane.sequence
    FROM lane, shortened WHERE seats.id = ANY ($6::uuid[]) AND seats.hold_id = shortened.id
), fewer AS (
    UPDATE hold_lines l SET quantity = l.quantity - parts.quantity, seat_ids = ARRAY(
        SELECT own FROM unnest(l.seat_ids) WITH ORDINALITY AS seat (own, place) WHERE own <> ALL ($6::uuid[]) ORDER BY place
    )
    FROM shortened, parts
    WHERE l.hold_id = shortened.id AND l.ticket_type_id = parts.ticket_type_id AND l.quantity > parts.quantity
), gone AS (
    DELETE FROM hold_lines l USING shortened, parts
    WHERE l.hold_id = shortened.id AND l.ticket_type_id = parts.ticket_type_id AND l.quantity = parts.quantity
)
SELECT lane.sequence FROM shortened, lane
"""

OWN_SEATS = "JOIN hold_lines l ON l.organization_id = {0}.organization_id AND l.hold_id = {0}.id, unnest(l.seat_ids) AS own"
EXTEND = f"""
WITH extended AS (
    UPDATE holds SET expires_at = $3, extended_at = $4 WHERE event_id = $1 AND id = $2 AND status = 'ACTIVE' AND extended_at IS NULL
    RETURNING organization_id, id
), kept AS (
    UPDATE seats SET claimed_until = $3 FROM extended {OWN_SEATS.format("extended")}
    WHERE seats.id = own AND seats.hold_id = extended.id
)
SELECT id FROM extended
"""
CONVERT = f"""
WITH converted AS (
    UPDATE holds SET status = 'CONVERTED' WHERE event_id = $1 AND id = ANY($2::uuid[]) AND status = 'ACTIVE'
    RETURNING organization_id, id
), kept AS (
    UPDATE seats SET claimed_until = $3 FROM converted {OWN_SEATS.format("converted")}
    WHERE seats.id = own AND seats.hold_id = converted.id
)
SELECT id FROM converted
"""
SELL = f"""
WITH sold AS (
    UPDATE holds SET sold_at = app_now() WHERE event_id = $1 AND id = ANY($2::uuid[]) AND status = 'CONVERTED' AND sold_at IS NULL
    RETURNING organization_id, id
), taken AS (
    SELECT pool_id, sum(l.quantity) AS quantity
    FROM sold JOIN hold_lines l ON l.organization_id = sold.organization_id AND l.hold_id = sold.id, unnest(l.pool_ids) AS pool_id
    GROUP BY pool_id
), lane AS (
    UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 AND EXISTS (SELECT FROM sold) RETURNING sequence
), moved AS (
    UPDATE pools p SET held = p.held - taken.quantity, sold = p.sold + taken.quantity, moved_at = lane.sequence
    FROM taken, lane WHERE p.id = taken.pool_id
), booked AS (
    UPDATE seats SET booked = true, claimed_until = NULL, moved_at = lane.sequence FROM lane, sold {OWN_SEATS.format("sold")}
    WHERE seats.id = own AND seats.hold_id = sold.id
)
SELECT sold.id, lane.sequence FROM sold, lane
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
        """End those that still go on and return their stock and seats, as one movement; how many these were.

        Raises ValueError for holds of several events, or such that do not say how they ended.
        """
        if not holds:
            return 0
        event_id = _event_of_ended(holds)
        await self._connection.execute(LANE, event_id)
        ids, statuses = [hold.id for hold in holds], [hold.status.value for hold in holds]
        ended = {row["id"]: row["sequence"] for row in await self._connection.fetch(GIVE_BACK, event_id, ids, statuses)}
        self._news += [_moved("hold:released", hold, ended[hold.id]) for hold in holds if hold.id in ended]
        return len(ended)

    async def lock(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """The holds as they are once nobody else can change them or the stock of their events."""
        await self._connection.execute(LANES, ids)
        return in_order(_holds(await self._connection.fetch(LOCK, ids)), ids)

    async def give_back_part(self, before: Hold, after: Hold) -> bool:
        """Shorten it, unless that was done before. Raises ValueError when nothing of it would be left."""
        parts = _parts(before, after)
        if not after.lines or not parts or after.status is not HoldStatus.CONVERTED:
            raise ValueError("a hold is shortened by something to something; end one of which nothing is left")
        await self._connection.execute(LANE, before.event_id)
        types, quantities = [part.ticket_type_id for part in parts], [part.quantity for part in parts]
        seats, whole = [seat for part in parts for seat in part.seat_ids], sum(line.quantity for line in before.lines)
        sequence = await self._connection.fetchval(GIVE_BACK_PART, before.event_id, before.id, whole, types, quantities, seats)
        if sequence is not None:
            # What goes back of an order is revoked, as the whole of it would be; the hold itself goes on.
            self._news.append(_moved("hold:released", replace(after, lines=parts, status=HoldStatus.REVOKED), sequence))
        return sequence is not None

    async def extend(self, hold: Hold) -> None:
        """Give an active hold, and its seats, until `expires_at`."""
        await self._connection.execute(LANE, hold.event_id)
        if await self._connection.fetchval(EXTEND, hold.event_id, hold.id, hold.expires_at, hold.extended_at) is None:
            raise RuntimeError("only an active hold that was never extended can be extended")

    async def convert(self, holds: Sequence[Hold]) -> int:
        """Let active ones go on without end; how many these were. Raises ValueError for holds of several events."""
        if not holds:
            return 0
        event_id = _one_event(holds)
        await self._connection.execute(LANE, event_id)
        return len(await self._connection.fetch(CONVERT, event_id, [hold.id for hold in holds], WITHOUT_END))

    async def sell(self, holds: Sequence[Hold]) -> int:
        """Sell what converted ones hold, as one movement; how many these were. Raises ValueError for holds of several events."""
        if not holds:
            return 0
        event_id = _one_event(holds)
        await self._connection.execute(LANE, event_id)
        sold = {row["id"]: row["sequence"] for row in await self._connection.fetch(SELL, event_id, [hold.id for hold in holds])}
        # Whoever has just converted it may hold it as it was before.
        converted = (replace(hold, status=HoldStatus.CONVERTED) for hold in holds if hold.id in sold)
        self._news += [_moved("hold:sold", hold, sold[hold.id]) for hold in converted]
        return len(sold)


def _one_event(holds: Sequence[Hold]) -> UUID:
    if len({hold.event_id for hold in holds}) > 1:
        raise ValueError("stock moves of one event at a time; these holds are of several")
    return holds[0].event_id


def _parts(before: Hold, after: Hold) -> tuple[HoldLine, ...]:
    """What the hold no longer has."""
    left = {line.ticket_type_id: line for line in after.lines}
    parts = []
    for line in before.lines:
        now = left.get(line.ticket_type_id, replace(line, quantity=0, seat_ids=()))
        if now.quantity < line.quantity:
            seats = tuple(each for each in line.seat_ids if each not in now.seat_ids)
            parts.append(replace(line, quantity=line.quantity - now.quantity, seat_ids=seats))
    return tuple(parts)


def _event_of_ended(holds: Sequence[Hold]) -> UUID:
    event_id = _one_event(holds)
    if going_on := {hold.status for hold in holds} - ENDED:
        raise ValueError(f"a hold that is {', '.join(sorted(going_on))} keeps its stock; say how it ended")
    return event_id


def _moved(kind: str, hold: Hold, sequence: int) -> News:
    facts: dict[str, Fact] = {"holdId": str(hold.id), "status": hold.status.value, "lines": told(hold.lines)}
    return stock_moved(kind, hold.event_id, sequence, facts)


def told(lines: Sequence[HoldLine]) -> list[Fact]:
    """The lines as news tell them; seats by their ids."""
    return [_told(line) for line in lines]


def _told(line: HoldLine) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"ticketTypeId": str(line.ticket_type_id), "quantity": line.quantity}
    return facts | {"seats": [str(each) for each in line.seat_ids]} if line.seat_ids else facts


def _holds(rows: Iterable[Any]) -> Iterator[Hold]:
    """Rows of lines that stand together by hold, as holds."""
    for _, lines in groupby(rows, itemgetter("id")):
        hold, *more = lines
        yield Hold(
            id=hold["id"],
            event_id=hold["event_id"],
            buyer=hold["buyer"],
            status=HoldStatus(hold["status"]),
            lines=tuple(_line(line) for line in (hold, *more)),
            created_at=hold["created_at"],
            expires_at=hold["expires_at"],
            extended_at=hold["extended_at"],
            sold_at=hold["sold_at"],
        )


def _line(row: Any) -> HoldLine:
    return HoldLine(row["ticket_type_id"], row["quantity"], tuple(row["pool_ids"]), tuple(row["seat_ids"]))
