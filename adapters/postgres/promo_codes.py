"""The store of promo codes: the codes, and what orders use of them, which no race carries over a limit."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.transaction import Transaction
from domain.paging import Page, Slice
from domain.pricing import CodeSpent, PromoCode, PromoCodeFault, PromoCodeNotValid, PromoCodeTaken, PromoKind
from domain.refusals import NotFound, Refused

COLUMNS = columns_of(PromoCode)
GET_MANY = f"SELECT {COLUMNS} FROM promo_codes WHERE id = ANY ($1::uuid[])"
FOR_CHANGE = f"{GET_MANY} ORDER BY id FOR NO KEY UPDATE"
SHOWN = f"SELECT {COLUMNS} FROM promo_codes WHERE code = ANY ($1::text[]) AND deactivated_at IS NULL ORDER BY id"
KNOWN = "SELECT code FROM promo_codes WHERE code = ANY ($1::text[]) AND deactivated_at IS NULL"
USED = """
SELECT promo_code_id, count(DISTINCT order_id)::integer AS times
FROM promo_code_buyers WHERE promo_code_id = ANY ($1::uuid[]) AND buyer = ANY ($2::text[]) GROUP BY promo_code_id
"""
COUNT = "SELECT count(*) FROM (SELECT FROM promo_codes LIMIT $1) AS counted"
# Codes are locked by the statement before, so that this one sees what all orders before it have used.
SPEND = """
WITH asked AS (
    SELECT * FROM unnest($3::uuid[], $4::bigint[]) AS asked (id, amount)
    WHERE NOT EXISTS (SELECT FROM promo_code_uses u WHERE u.order_id = $2 AND u.promo_code_id = asked.id AND u.returned_at IS NULL)
), counted AS (
    UPDATE promo_codes p SET uses = p.uses + 1, spent_minor = p.spent_minor + asked.amount
    FROM asked
    WHERE p.id = asked.id AND p.deactivated_at IS NULL AND (p.use_limit IS NULL OR p.uses < p.use_limit)
        AND (p.budget_minor IS NULL OR p.spent_minor + asked.amount <= p.budget_minor)
        AND (p.buyer_limit IS NULL OR p.buyer_limit > (
            SELECT count(DISTINCT b.order_id) FROM promo_code_buyers b
            WHERE b.organization_id = p.organization_id AND b.promo_code_id = p.id AND b.buyer = ANY ($5::text[])
        ))
    RETURNING p.id, asked.amount
), noted AS (
    INSERT INTO promo_code_uses (organization_id, order_id, promo_code_id, amount_minor) SELECT $1, $2, id, amount FROM counted
    ON CONFLICT (organization_id, order_id, promo_code_id) DO UPDATE SET amount_minor = excluded.amount_minor, returned_at = NULL
), named AS (
    INSERT INTO promo_code_buyers (organization_id, promo_code_id, buyer, order_id) SELECT $1, id, buyer, $2
    FROM counted, unnest($5::text[]) AS buyer
)
SELECT id FROM asked WHERE id NOT IN (SELECT id FROM counted) ORDER BY id LIMIT 1
"""
LOCK_USED = """
SELECT p.id FROM promo_codes p JOIN promo_code_uses u ON u.organization_id = p.organization_id AND u.promo_code_id = p.id
WHERE u.order_id = $1 AND u.returned_at IS NULL ORDER BY p.id FOR NO KEY UPDATE OF p
"""
UNSPEND = """
WITH returned AS (
    UPDATE promo_code_uses SET returned_at = app_now() WHERE order_id = $1 AND returned_at IS NULL RETURNING promo_code_id, amount_minor
), forgotten AS (
    DELETE FROM promo_code_buyers WHERE order_id = $1
)
UPDATE promo_codes p SET uses = p.uses - 1, spent_minor = p.spent_minor - returned.amount_minor
FROM returned WHERE p.id = returned.promo_code_id
"""
WRITTEN = tuple(each.name for each in fields(PromoCode))
# What orders used is theirs to count.
CHANGED = tuple(name for name in WRITTEN if name not in {"id", "code", "created_at", "created_by", "uses", "spent_minor"})
ADD = f"""
INSERT INTO promo_codes (organization_id, {", ".join(WRITTEN)}) VALUES ($1, {", ".join(f"${at}" for at, _ in enumerate(WRITTEN, start=2))})
ON CONFLICT (organization_id, code) DO NOTHING RETURNING id
"""
KEEP = f"UPDATE promo_codes SET {', '.join(f'{name} = ${at}' for at, name in enumerate(CHANGED, start=2))} WHERE id = $1"
READS_ALIKE = "SELECT id FROM promo_codes WHERE code = $1"
FACTS, CHANGED_FACTS = attrgetter(*WRITTEN), attrgetter("id", *CHANGED)
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


class PromoCodeRow(Row, reads=PromoCode):
    """Reads like a PromoCode."""

    __slots__ = ()

    @property
    def kind(self) -> PromoKind:
        return PromoKind(self["kind"])

    @property
    def event_ids(self) -> tuple[UUID, ...]:
        return tuple(self["event_ids"])

    @property
    def ticket_type_ids(self) -> tuple[UUID, ...]:
        return tuple(self["ticket_type_ids"])


class PromoCodeStore:
    """The part of `Prices` that is about promo codes."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def promo_codes(self, ids: Sequence[UUID]) -> list[PromoCode | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=PromoCodeRow), ids)

    async def promo_code_for_change(self, promo_code_id: UUID) -> PromoCode:
        """The code, locked until the work ends."""
        [row] = await self._connection.fetch(FOR_CHANGE, [promo_code_id], record_class=PromoCodeRow) or [None]
        if row is None:
            raise Refused(NotFound("promo code", ("input", "promoCodeId")))
        return PromoCode(**facts_of(row, PromoCode))

    async def known(self, words: Collection[str]) -> frozenset[str]:
        """Those of the words that are codes in force."""
        return frozenset(row["code"] for row in await self._connection.fetch(KNOWN, list(words)))

    async def shown(self, words: Sequence[str], *, for_change: bool) -> list[PromoCode]:
        """The codes in force that read like this, by id."""
        if not words:
            return []
        statement = f"{SHOWN} FOR NO KEY UPDATE" if for_change else SHOWN
        rows = await self._connection.fetch(statement, words, record_class=PromoCodeRow)
        return [PromoCode(**facts_of(row, PromoCode)) for row in rows]

    async def used(self, promo_code_ids: Sequence[UUID], buyers: Collection[str]) -> dict[UUID, int]:
        """In how many orders that go on somebody with one of these names used which of the codes."""
        if not promo_code_ids or not buyers:
            return {}
        return {row["promo_code_id"]: row["times"] for row in await self._connection.fetch(USED, promo_code_ids, sorted(set(buyers)))}

    async def page(self, page: Page) -> Slice[PromoCode]:
        """One window by id, and one row more to know whether others follow."""
        edge = page.edge[0] if page.edge else LAST if page.backward else FIRST
        beyond, order = ("<", "DESC") if page.backward else (">", "ASC")
        statement = f"SELECT {COLUMNS} FROM promo_codes WHERE id {beyond} $1 ORDER BY id {order} LIMIT $2"
        rows = await self._connection.fetch(statement, edge, page.size + 1, record_class=PromoCodeRow)
        return pages.slice_of(cast("list[PromoCode]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are; looks at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def add(self, code: PromoCode) -> None:
        """Write a new code."""
        if await self._connection.fetchval(ADD, self._organization_id, *FACTS(code)) is None:
            raise Refused(PromoCodeTaken(await self._connection.fetchval(READS_ALIKE, code.code)))

    async def keep(self, code: PromoCode) -> None:
        """Write what changed of a code."""
        await self._connection.execute(KEEP, *CHANGED_FACTS(code))

    async def spend(self, order_id: UUID, spent: Sequence[CodeSpent], buyers: Collection[str] = ()) -> None:
        """Lock the codes in their order, then count their uses all or not at all."""
        if not spent:
            return
        ids = [each.promo_code_id for each in spent]
        rows = await self._connection.fetch(FOR_CHANGE, ids, record_class=PromoCodeRow)
        amounts = [each.amount_minor for each in spent]
        over = await self._connection.fetchval(SPEND, self._organization_id, order_id, ids, amounts, sorted(set(buyers)))
        if over is not None:
            row = next((each for each in rows if each.id == over), None)
            code = PromoCode(**facts_of(row, PromoCode)) if row else None
            raise Refused(_why_not(code, next(each for each in spent if each.promo_code_id == over)))

    async def unspend(self, order_id: UUID) -> None:
        """Give back all that the order used and has not given back."""
        if await self._connection.fetch(LOCK_USED, order_id):
            await self._connection.execute(UNSPEND, order_id)


def _why_not(code: PromoCode | None, spent: CodeSpent) -> PromoCodeNotValid:
    """Which limit another order reached before."""
    if code is None or code.deactivated_at is not None:
        return PromoCodeNotValid(spent.code, PromoCodeFault.UNKNOWN)
    limited = code.use_limit is not None and code.uses >= code.use_limit
    spent_up = code.left_minor is not None and code.left_minor < spent.amount_minor
    return PromoCodeNotValid(spent.code, PromoCodeFault.USED_UP if limited or spent_up else PromoCodeFault.USED_BY_BUYER)
