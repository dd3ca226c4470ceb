"""The store of prices: what a quote is reckoned from, read at once, and what may be said of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from adapters.postgres.price_documents import read_rules, read_settings
from adapters.postgres.promo_codes import PromoCodeStore
from domain.access_codes import shown
from domain.events import AttendanceMode
from domain.pricing import BookedPool, BookedType, Place, PriceBook, PriceRules, PricingSettings

# Tickets of a type are counted, and its pools looked at, only where a rule asks how many are taken.
TYPE = """
t.id, t.event_id, t.price_minor, t.currency, e.starts_at, e.attendance_mode, v.country, v.region, r.document AS rules,
CASE WHEN r.counts_tickets THEN (
    SELECT coalesce(sum(l.quantity), 0)::integer
    FROM holds h JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
    WHERE h.organization_id = t.organization_id AND h.event_id = t.event_id AND h.status IN ('ACTIVE', 'CONVERTED')
        AND l.ticket_type_id = t.id
) ELSE 0 END AS taken,
CASE WHEN jsonb_typeof(r.document -> 'demand') = 'object' THEN ARRAY(
    SELECT ROW(p.id, p.held + p.sold, p.capacity)
    FROM ticket_type_pools drawn JOIN pools p ON p.organization_id = drawn.organization_id AND p.id = drawn.pool_id
    WHERE drawn.organization_id = t.organization_id AND drawn.ticket_type_id = t.id
    ORDER BY p.id
) END AS pools
"""
WITH = """
JOIN events e ON e.organization_id = t.organization_id AND e.id = t.event_id
LEFT JOIN venues v ON v.organization_id = e.organization_id AND v.id = e.venue_id
LEFT JOIN price_rules r ON r.organization_id = t.organization_id AND r.ticket_type_id = t.id
"""
# How the organization prices stands in the first row, which there is even where the events have no types.
BOOK = f"""
SELECT app_now() AS now, o.default_currency, s.version, CASE WHEN row_number() OVER () = 1 THEN s.document END AS settings, booked.*
FROM organizations o
LEFT JOIN pricing_settings s ON s.organization_id = o.id
LEFT JOIN (SELECT t.organization_id, {TYPE} FROM ticket_types t {WITH} WHERE {{chosen}} = ANY ($1::uuid[])) booked
    ON booked.organization_id = o.id
WHERE o.id = $2
"""
OF_EVENTS, OF_TYPES = BOOK.format(chosen="t.event_id"), BOOK.format(chosen="t.id")
RULES = "SELECT ticket_type_id, document FROM price_rules WHERE ticket_type_id = ANY ($1::uuid[])"
KEEP_RULES = """
INSERT INTO price_rules (organization_id, ticket_type_id, document, counts_tickets) VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_id, ticket_type_id) DO UPDATE SET document = excluded.document, counts_tickets = excluded.counts_tickets
"""
SETTINGS = "SELECT version, document FROM pricing_settings WHERE organization_id = $1"
AT_FIRST = """
INSERT INTO pricing_settings (organization_id, version, document) VALUES ($1, 0, 'null') ON CONFLICT (organization_id) DO NOTHING
"""
KEEP_SETTINGS = "UPDATE pricing_settings SET version = $2, document = $3 WHERE organization_id = $1"


class PriceStore(PromoCodeStore):
    """Implements `Prices`."""

    async def book(
        self, event_ids: Collection[UUID], codes: Collection[str] = (), *, buyers: Collection[str] = (), for_change: bool = False
    ) -> PriceBook:
        """One statement, and one or two for promo codes where some are shown."""
        rows = await self._connection.fetch(OF_EVENTS, sorted(set(event_ids)), self._organization_id)
        words = tuple(shown(codes))
        found = await self.shown(words, for_change=for_change)
        used = await self.used([each.id for each in found if each.buyer_limit is not None], buyers)
        return replace(_book(rows), codes=tuple(found), shown=words, used=used)

    async def book_of_types(self, ticket_type_ids: Sequence[UUID]) -> PriceBook:
        """The same statement, by another key."""
        return _book(await self._connection.fetch(OF_TYPES, ticket_type_ids, self._organization_id))

    async def rules(self, ticket_type_ids: Sequence[UUID]) -> list[PriceRules | None]:
        """By the id of their type, in the order asked."""
        rows = await self._connection.fetch(RULES, ticket_type_ids)
        found = {each["ticket_type_id"]: read_rules(each["document"]) for each in rows}
        return [found.get(each) for each in ticket_type_ids]

    async def keep_rules(self, ticket_type_id: UUID, rules: PriceRules) -> None:
        """Write the rules in the place of those that were."""
        await self._connection.execute(KEEP_RULES, self._organization_id, ticket_type_id, rules, rules.counts())

    async def settings(self, *, for_change: bool = False) -> PricingSettings:
        """The organization's; for a change there is a row to lock from then on."""
        if for_change:
            await self._connection.execute(AT_FIRST, self._organization_id)
        row = await self._connection.fetchrow(f"{SETTINGS} FOR NO KEY UPDATE" if for_change else SETTINGS, self._organization_id)
        return read_settings(row["version"], row["document"]) if row else PricingSettings()

    async def keep_settings(self, settings: PricingSettings) -> None:
        """Write them in the place of those that were."""
        await self._connection.execute(KEEP_SETTINGS, self._organization_id, settings.version, settings)


def _book(rows: Sequence[Any]) -> PriceBook:
    first = rows[0]
    return PriceBook(
        currency=first["default_currency"],
        read_at=first["now"],
        settings=read_settings(first["version"], first["settings"]),
        types={each["id"]: _booked(each) for each in rows if each["id"]},
    )


def _booked(row: Any) -> BookedType:
    return BookedType(
        id=row["id"],
        event_id=row["event_id"],
        price_minor=row["price_minor"],
        currency=row["currency"],
        starts_at=row["starts_at"],
        is_virtual=row["attendance_mode"] == AttendanceMode.VIRTUAL,
        place=Place(row["country"], row["region"]) if row["country"] else None,
        rules=read_rules(row["rules"]),
        taken=row["taken"],
        pools=tuple(BookedPool(*each) for each in row["pools"] or ()),
    )
