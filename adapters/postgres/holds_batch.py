"""One batch of asks for tickets of one event, in one transaction: lock the stock, read what decides, decide, write it down, commit.

Four round trips however many asks there are, a fifth where some ask for seats. Nothing but the pure `domain.holds.grant` happens between
lock and commit, unless holds are overdue: then these are given back first, and the stock is read anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.postgres.halls import Halls, OtherPlan, Seen
from adapters.postgres.holds import HoldStore, told
from adapters.postgres.holds_seats import read_seats, wants_best
from adapters.postgres.transaction import TO_WRITE, Pool, Transaction, begin, keep, tell, undo
from domain.events import PUBLIC_STATUSES, EventStatus
from domain.holds import CodeStock, Hold, HoldAsk, Lasting, Offer, PoolStock, Replay, SeatStock, Stock, Verdict, draws, expire, grant
from domain.idempotency import Answer
from domain.news import Fact, News, stock_moved
from domain.refusals import IdempotencyKeyReused, NotFound, Refusal
from domain.ticket_types import SaleTerms

OVERDUE_AT_ONCE = 500
PLANS_IN_A_ROW = 4

# A statement of its own, before the one that reads: a statement that waits for a lock goes on with the snapshot from before the
# wait. It would see the newest version of the row it waited for, but the buyers' tickets and the idempotency keys as they were before
# the batch it waited for, and let a buyer past the limit.
# Pools need no lock: whoever changes an event's stock locks its row in `inventories` first.
LANE = "SELECT FROM inventories WHERE organization_id = '{}' AND event_id = '{}' FOR UPDATE"

# One row; lists are arrays of rows. Prepared once, this may live on with the plan that was best for empty tables, so each look-up is
# written such that only the right index fits: `live` asks for both statuses, which the index on buyers covers, while the index on expiry
# (which would read every live hold there is) covers ACTIVE ones alone; LATERAL and OFFSET 0 keep the planner from hashing a whole
# tenant's holds and keys.
READ = """
SELECT app_now() AS now, inventories.sequence, coalesce(events.buyer_limit, organizations.buyer_limit) AS buyer_limit,
    events.status, events.ends_at,
    EXISTS (SELECT FROM holds WHERE event_id = $1 AND status = 'ACTIVE' AND expires_at <= app_now()) AS overdue,
    (SELECT plan_version_id FROM seatings WHERE event_id = $1) AS plan_version_id,
    ARRAY(SELECT ROW(category, pool_id) FROM seat_categories WHERE event_id = $1 AND standing IS NULL) AS seated,
    ARRAY(
        SELECT ROW(id, capacity, held, sold, CASE WHEN held > 0 AND capacity - held - sold < $6 THEN (
            SELECT greatest(holds.expires_at, app_now())
            FROM holds JOIN hold_lines ON hold_lines.hold_id = holds.id
            WHERE holds.event_id = $1 AND holds.status = 'ACTIVE' AND pools.id = ANY (hold_lines.pool_ids)
            ORDER BY holds.expires_at LIMIT 1
        ) END) FROM pools WHERE event_id = $1
    ) AS pools,
    ARRAY(
        SELECT ROW(id, sales_start_at, sales_end_at, max_per_order, min_per_order, max_per_buyer, hidden, paused)
        FROM ticket_types WHERE event_id = $1
    ) AS offers,
    ARRAY(
        SELECT ROW(drawn.ticket_type_id, drawn.pool_id)
        FROM ticket_types JOIN ticket_type_pools drawn ON drawn.ticket_type_id = ticket_types.id
        WHERE ticket_types.event_id = $1 ORDER BY drawn.pool_id
    ) AS draws,
    ARRAY(
        SELECT ROW(asking.buyer, live.ticket_type_id, live.tickets)
        FROM unnest($2::text[]) AS asking (buyer) CROSS JOIN LATERAL (
            SELECT ticket_type_id, sum(quantity) FILTER (WHERE status = 'CONVERTED' OR expires_at > app_now()) AS tickets
            FROM holds JOIN hold_lines ON hold_lines.hold_id = holds.id
            WHERE holds.buyer = asking.buyer AND holds.event_id = $1 AND holds.status IN ('ACTIVE', 'CONVERTED')
            GROUP BY ticket_type_id
        ) AS live
        WHERE live.tickets > 0
    ) AS bought,
    ARRAY(
        SELECT ROW(used.scope, used.key, used.deed, used.fingerprint, used.result_id)
        FROM unnest($3::text[], $4::text[]) AS asking (scope, key) CROSS JOIN LATERAL (
            SELECT * FROM idempotency_keys WHERE scope = asking.scope AND key = asking.key OFFSET 0
        ) AS used
    ) AS answers,
    ARRAY(
        SELECT ROW(id, valid_from, valid_until, use_limit, used, ARRAY(
            SELECT ticket_type_id FROM access_code_types WHERE access_code_id = access_codes.id
        )) FROM access_codes WHERE id = ANY ($5::uuid[]) AND event_id = $1 AND revoked_at IS NULL
    ) AS codes
FROM inventories
    JOIN events ON events.id = inventories.event_id
    JOIN organizations ON organizations.id = inventories.organization_id
WHERE inventories.event_id = $1
"""

# What is found by its id is named by a list of ids, in their order, and never joined: an event's seats, of which PostgreSQL may know
# nothing yet, would else be taken for a single row and run through once for each claim. `width_bucket` tells an id's place in the list.
#
# Arrays, because they are a quarter faster than one JSON document of the same rows (512 holds: 13.5 ms against 18 ms). Arrays of
# arrays must not be ragged, so each line's pools and seats travel as text. Keys are written in their order: batches of two
# events that use the same keys then wait for each other instead of locking each other out.
WRITE = """
WITH lane AS (
    UPDATE inventories SET sequence = $3 WHERE event_id = $2
), stock AS (
    UPDATE pools SET held = held + ($7::integer[])[width_bucket(id, $6::uuid[])], moved_at = $3 WHERE id = ANY ($6::uuid[])
), placed AS (
    INSERT INTO holds (organization_id, event_id, status, created_at, expires_at, id, buyer)
    SELECT $1, $2, 'ACTIVE', $4, $5, hold.* FROM unnest($8::uuid[], $9::text[]) AS hold
), lines AS (
    INSERT INTO hold_lines (organization_id, hold_id, ticket_type_id, quantity, pool_ids, seat_ids)
    SELECT $1, line.hold_id, line.ticket_type_id, line.quantity, line.pool_ids::uuid[], line.seat_ids::uuid[]
    FROM unnest($10::uuid[], $11::uuid[], $12::integer[], $13::text[], $14::text[]) AS line (hold_id, ticket_type_id, quantity, pool_ids,
        seat_ids)
), claimed AS (
    UPDATE seats SET hold_id = ($16::uuid[])[width_bucket(id, $15::uuid[])], claimed_until = $5, moved_at = $3
    WHERE id = ANY ($15::uuid[]) AND hold_id IS NULL AND NOT booked AND blocked_reason IS NULL
    RETURNING seat_no
), opened AS (
    INSERT INTO access_code_uses (organization_id, access_code_id, hold_id)
    SELECT $1, used.* FROM unnest($28::uuid[], $29::uuid[]) AS used
), counted AS (
    UPDATE access_codes SET used = used + counted.uses
    FROM (SELECT id, count(*) AS uses FROM unnest($28::uuid[]) AS id GROUP BY id) AS counted WHERE access_codes.id = counted.id
), keys AS (
    INSERT INTO idempotency_keys (organization_id, created_at, scope, key, deed, fingerprint, result_id)
    SELECT $1, $4, used.* FROM unnest($17::text[], $18::text[], $19::text[], $20::bytea[], $21::uuid[]) AS used
), news AS (
    INSERT INTO outbox (organization_id, occurred_at, id, type, version, subject, payload, correlation_id)
    SELECT $1, $4, told.* FROM unnest($22::uuid[], $23::text[], $24::integer[], $25::text[], $26::jsonb[], $27::text[]) AS told
)
SELECT count(*) FROM claimed
"""


@dataclass(frozen=True, slots=True)
class House:
    """What every batch needs: the app role's connections, ids for the news, how long a hold lasts, and the halls that are known."""

    pool: Pool
    new_id: Callable[[], UUID]
    lasting: Lasting
    halls: Halls


async def settle(house: House, asks: Sequence[HoldAsk], *, doubtful: bool = False) -> list[Hold | Refusal]:
    """The hold or the refusal for each of these asks of ONE event, in order; kept when it returns, and nothing is when it raises.

    Where somebody wants the best seats of a hall that is not here yet, it is fetched without the lock, and all begins anew. An event whose
    plan changes each time meanwhile sells no best seats at this moment: who wants them is told TooBusy, all others are served.
    Only a connection that is lost while it commits leaves that open. Then ask again, `doubtful`: holds that are there already are
    the answer, and behind the lock of a commit that may still be under way they are seen for certain.
    """
    tenant, event_id = asks[0].organization_id, asks[0].event_id
    seen = await house.halls.prepare(tenant, event_id) if wants_best(asks) else Seen()
    for _ in range(PLANS_IN_A_ROW):
        try:
            return await _settle(house, asks, seen, doubtful=doubtful)
        except OtherPlan as other:
            seen = await house.halls.prepare(tenant, event_id, other.version_id)
    return await _settle(house, asks, None, doubtful=doubtful)


async def _settle(house: House, asks: Sequence[HoldAsk], seen: Seen | None, *, doubtful: bool) -> list[Hold | Refusal]:
    tenant, event_id = asks[0].organization_id, asks[0].event_id
    connection = await begin(house.pool, tenant, TO_WRITE, LANE.format(tenant, event_id))
    try:
        transaction = Transaction(connection, tenant)
        book = HoldStore(transaction)
        there = await book.get_many([ask.hold_id for ask in asks]) if doubtful else [None] * len(asks)
        new = [ask for ask, hold in zip(asks, there, strict=True) if hold is None]
        verdicts = await _decide(house, transaction, book, new, seen) if new else []
        answers = await _answers(book, verdicts)
    except BaseException as fault:
        await undo(house.pool, connection, fault)
        raise
    if transaction.news or any(isinstance(verdict, Hold) for verdict in verdicts):
        await keep(house.pool, connection)
    else:
        await undo(house.pool, connection)
    rest = iter(answers)
    return [hold or next(rest) for hold in there]


async def _decide(house: House, transaction: Transaction, book: HoldStore, asks: Sequence[HoldAsk], seen: Seen | None) -> list[Verdict]:
    """The verdicts, with what was granted written down."""
    connection, event_id = transaction.connection, asks[0].event_id
    buyers = list({ask.buyer for ask in asks})
    keys = list({(ask.key.scope, ask.key.key): ask.key for ask in asks if ask.key}.values())
    codes, most = list({code for ask in asks for code in ask.access_codes}), sum(ask.tickets for ask in asks)
    wanted = (event_id, buyers, [key.scope for key in keys], [key.key for key in keys], codes, most)
    found = await connection.fetchrow(READ, *wanted)
    if found is None:
        return [NotFound("event", ("input", "eventId")) for _ in asks]
    if found["overdue"]:
        await _take_over(house, transaction, book, event_id)
        found = await connection.fetchrow(READ, *wanted)
    stock = _stock(found, {(key.scope, key.key): key.deed for key in keys}, await read_seats(connection, seen, found, asks))
    verdicts = grant(stock, asks, house.lasting.hold_for)
    if found["status"] not in PUBLIC_STATUSES:
        return [_unseen(verdict) for verdict in verdicts]
    granted = [(ask, verdict) for ask, verdict in zip(asks, verdicts, strict=True) if isinstance(verdict, Hold)]
    if granted:
        claims = _claims(hold for _, hold in granted)
        claimed = await connection.fetchval(WRITE, *_rows(house, found["sequence"] + 1, granted, claims), *_uses(stock))
        if claimed != len(claims):
            raise RuntimeError(f"{len(claims)} seats were granted and {claimed} of them were free: something took seats out of turn")
    return verdicts


async def _take_over(house: House, transaction: Transaction, book: HoldStore, event_id: UUID) -> None:
    """Give back what is overdue as the sweeper does, so that those who ask now can have it."""
    while overdue := await book.expired(event_id, OVERDUE_AT_ONCE):
        await book.give_back([expire(hold) for hold in overdue])
    news = transaction.news
    await tell(transaction.connection, transaction.organization_id, None, [house.new_id() for _ in news], news)


def _stock(found: Mapping[str, Any], deeds: Mapping[tuple[str, str], str], seats: SeatStock) -> Stock:
    status, ends_at = EventStatus(found["status"]), found["ends_at"]
    bought_of = Counter({(buyer, type_id): int(tickets) for buyer, type_id, tickets in found["bought"]})
    bought: Counter[str] = Counter()
    for (buyer, _), tickets in bought_of.items():
        bought[buyer] += tickets
    return Stock(
        now=found["now"],
        buyer_limit=found["buyer_limit"],
        pools={pool_id: PoolStock(*stock) for pool_id, *stock in found["pools"]},
        offers={
            type_id: Offer(type_id, seats.draws[type_id], SaleTerms(status, ends_at, start, end, paused), *limits)
            for type_id, start, end, *limits, paused in found["offers"]
            if type_id in seats.draws
        },
        bought=bought,
        bought_of=bought_of,
        codes={code_id: CodeStock(frozenset(types), *terms) for code_id, *terms, types in found["codes"]},
        # A key that another deed used matches no fingerprint.
        answers={
            (scope, key): Answer(fingerprint if deed == deeds[scope, key] else b"", result_id)
            for scope, key, deed, fingerprint, result_id in found["answers"]
        },
        seats=seats,
    )


def _unseen(verdict: Verdict) -> Verdict:
    """Of an event that the public does not see, nothing is told but what the same buyer was told before."""
    return verdict if isinstance(verdict, Replay | IdempotencyKeyReused) else NotFound("event", ("input", "eventId"))


async def _answers(book: HoldStore, verdicts: Sequence[Verdict]) -> list[Hold | Refusal]:
    """The verdicts with each replay replaced by its hold as it is now; it costs a round trip only where there is one."""
    ids = list({verdict.hold_id for verdict in verdicts if isinstance(verdict, Replay)})
    holds = dict(zip(ids, await book.get_many(ids), strict=True)) if ids else {}
    return [
        (holds[verdict.hold_id] or NotFound("hold", ("input", "idempotencyKey"))) if isinstance(verdict, Replay) else verdict
        for verdict in verdicts
    ]


def _rows(house: House, sequence: int, granted: Sequence[tuple[HoldAsk, Hold]], claims: Sequence[tuple[UUID, UUID]]) -> tuple[object, ...]:
    """The parameters of WRITE."""
    first, hold = granted[0]
    holds = [hold for _, hold in granted]
    lines = [
        (hold.id, line.ticket_type_id, line.quantity, _array(line.pool_ids), _array(line.seat_ids)) for hold in holds for line in hold.lines
    ]
    taken = draws([line for hold in holds for line in hold.lines])
    keys = sorted((ask.key.scope, ask.key.key, ask.key.deed, ask.key.fingerprint, hold.id) for ask, hold in granted if ask.key)
    news = [_placed(hold, sequence) for hold in holds]
    return (
        first.organization_id,
        first.event_id,
        sequence,
        hold.created_at,
        hold.expires_at,
        *_columns(sorted(taken.items()), 2),
        [hold.id for hold in holds],
        [hold.buyer for hold in holds],
        *_columns(lines, 5),
        *_columns(claims, 2),
        *_columns(keys, 5),
        [house.new_id() for _ in news],
        [each.type for each in news],
        [each.version for each in news],
        [each.subject for each in news],
        [each.payload for each in news],
        [ask.correlation_id for ask, _ in granted],
    )


def _claims(holds: Iterable[Hold]) -> list[tuple[UUID, UUID]]:
    """Which hold takes which seat, in the order of the seats' ids."""
    return sorted((seat_id, hold.id) for hold in holds for line in hold.lines for seat_id in line.seat_ids)


def _uses(stock: Stock) -> tuple[object, ...]:
    """The last parameters of WRITE: which codes opened a type to which holds."""
    return tuple(_columns([(code_id, hold_id) for code_id, code in sorted(stock.codes.items()) for hold_id in code.spent_by], 2))


def _columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _array(ids: Iterable[UUID]) -> str:
    """The ids as PostgreSQL writes an array of them."""
    return "{" + ",".join(map(str, ids)) + "}"


def _placed(hold: Hold, sequence: int) -> News:
    facts: dict[str, Fact] = {"holdId": str(hold.id), "expiresAt": hold.expires_at.isoformat(), "lines": told(hold.lines)}
    return stock_moved("hold:placed", hold.event_id, sequence, facts)
