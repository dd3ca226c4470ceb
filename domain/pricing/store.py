"""What the store of prices must offer."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from domain.paging import Page, Slice
from domain.pricing.promo_codes import PromoCode
from domain.pricing.rules import PriceRules
from domain.pricing.values import CodeSpent, PriceBook, PricingSettings


class Prices(Protocol):
    """The store of price rules, settings and promo codes. Reads of promo codes may return rows that read like a `PromoCode`."""

    async def book(
        self, event_ids: Collection[UUID], codes: Collection[str] = (), *, buyers: Collection[str] = (), for_change: bool = False
    ) -> PriceBook:
        """Everything that a quote for these events needs, with the promo codes (as people write them) that somebody shows.

        `buyers` are all names under which the buyer is known (`person:…`, `cart:…`, `email:…`): what any of them used counts. `for_change`
        locks the codes until the work ends, after stock and holds, before orders; what `quote` then says can be spent.
        """

    async def spend(self, order_id: UUID, spent: Sequence[CodeSpent], buyers: Collection[str] = ()) -> None:
        """Count what an order uses of promo codes; the same order again counts once.

        Refused with PromoCodeNotValid where another order was quicker; no budget and no limit is overrun by orders at the same time.
        """

    async def unspend(self, order_id: UUID) -> None:
        """Give back what the order used of promo codes, once; an order that used none is left alone."""

    async def book_of_types(self, ticket_type_ids: Sequence[UUID]) -> PriceBook:
        """The same for these types alone, without promo codes."""

    async def rules(self, ticket_type_ids: Sequence[UUID]) -> list[PriceRules | None]:
        """The rules of the types, in the order asked; None where a type has none of its own."""

    async def keep_rules(self, ticket_type_id: UUID, rules: PriceRules) -> None:
        """Write the rules of a type, whose event is locked."""

    async def settings(self, *, for_change: bool = False) -> PricingSettings:
        """How the organization prices; locked until the work ends with `for_change`."""

    async def keep_settings(self, settings: PricingSettings) -> None:
        """Write how the organization prices, after it was read for change."""

    async def promo_codes(self, ids: Sequence[UUID]) -> list[PromoCode | None]:
        """The promo codes by id, in the order asked."""

    async def promo_code_for_change(self, promo_code_id: UUID) -> PromoCode:
        """The code as a value, locked until the work ends; refused with NotFound."""

    async def known(self, words: Collection[str]) -> frozenset[str]:
        """Those of these words, as codes are compared, that are promo codes in force."""

    async def page(self, page: Page) -> Slice[PromoCode]:
        """One window of the codes by id, the oldest first; `page.edge` holds the id."""

    async def count(self, at_most: int) -> int:
        """How many codes there are, counted up to `at_most`."""

    async def add(self, code: PromoCode) -> None:
        """Write a new code; refused with PromoCodeTaken."""

    async def keep(self, code: PromoCode) -> None:
        """Write what changed of a code that was read for change; what orders used of it is not."""
