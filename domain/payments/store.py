"""What the stores of payments must offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.paging import Page, Slice
from domain.payments.values import LedgerEntry, LedgerKind, Payment, Refund, RefundLine
from domain.vault import binding


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """An organization's own account with a provider; its two secrets as the vault sealed them."""

    provider: str
    publishable_key: str
    secret_key_sealed: bytes | None = field(repr=False)
    webhook_secret_sealed: bytes | None = field(repr=False)
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A verified notice that waits to be looked at; `body` is what came, word for word."""

    provider: str
    id: str
    kind: str
    body: bytes = field(repr=False)
    tries: int = 0


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which movements: all conditions given must hold; times are UTC, from (inclusive) and before."""

    kinds: Sequence[LedgerKind] | None = None
    order_ids: Sequence[UUID] | None = None
    at_from: datetime | None = None
    at_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """What came in and went back in one currency; both above zero."""

    currency: str
    came_in_minor: int
    went_back_minor: int


class Payments(Protocol):
    """The store of payments, refunds and the ledger. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Payment | None]:
        """The payments by id, in the order asked."""

    async def of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[Payment]]:
        """For each order its payments, the oldest first."""

    async def refunds(self, ids: Sequence[UUID]) -> list[Refund | None]:
        """The refunds by id, in the order asked."""

    async def refunds_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[Refund]]:
        """For each order its refunds, the oldest first."""

    async def refund_lines(self, refund_ids: Sequence[UUID]) -> list[Sequence[RefundLine]]:
        """For each refund what it is for."""

    async def ledger_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[LedgerEntry]]:
        """For each order the movements of its money, the oldest first."""

    async def ledger_page(self, where: LedgerFilter, page: Page) -> Slice[LedgerEntry]:
        """One window of the ledger, the newest first; the edge holds the entry's id."""

    async def ledger_count(self, where: LedgerFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def ledger_totals(self, where: LedgerFilter) -> Sequence[LedgerTotal]:
        """What matches, summed up by currency."""

    async def by_intents(self, intents: Sequence[str]) -> list[Payment | None]:
        """The payments by what the provider gives their money back by, in the order asked."""

    async def for_change(self, order_id: UUID) -> Sequence[Payment]:
        """All payments of an order, locked in the order of their ids; the order is locked before."""

    async def add(self, payment: Payment) -> None:
        """Write a new payment."""

    async def keep(self, payments: Sequence[Payment]) -> None:
        """Write what can change of these, which are locked."""

    async def add_refunds(self, refunds: Sequence[Refund], lines: Sequence[RefundLine]) -> None:
        """Write new refunds; their payments are kept by the same work."""

    async def keep_refund(self, refund: Refund) -> None:
        """Write what can change of a refund, whose payment is locked."""

    async def enter(self, entries: Sequence[LedgerEntry]) -> None:
        """Add movements to the ledger."""

    async def settings(self) -> PaymentSettings | None:
        """The organization's own account with a provider."""

    async def settings_for_change(self) -> PaymentSettings | None:
        """The same, locked."""

    async def keep_settings(self, settings: PaymentSettings) -> None:
        """Set the account."""

    async def receive(self, notice: KeptNotice) -> bool:
        """Keep a notice; False for one that is there already."""

    async def waiting_notice(self, provider: str, id: str) -> KeptNotice | None:
        """A notice that waits; None when there is none. Whoever looks at it may do so twice."""

    async def notice_done(self, notice: KeptNotice) -> None:
        """It waits no more."""

    async def put_off(self, notice: KeptNotice, until: datetime, fault: str) -> None:
        """It waits until then; one more try has failed."""


def place_of_key(organization_id: UUID, name: str) -> str:
    """What a sealed key of an organization is bound to."""
    return binding(str(organization_id), "payments", name, 1)
