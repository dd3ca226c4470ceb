"""What the store of orders must offer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.orders.finding import OrderFilter, OrderOrder
from domain.orders.values import Order, OrderEntry, OrderFee, OrderLine
from domain.paging import Page, Slice


@dataclass(frozen=True, slots=True)
class Bill:
    """An order with what is on it: its lines by position, and its fees."""

    order: Order
    lines: tuple[OrderLine, ...]
    fees: tuple[OrderFee, ...] = ()

    @property
    def going_on(self) -> tuple[OrderLine, ...]:
        """The lines that are not cancelled."""
        return tuple(line for line in self.lines if line.cancelled_at is None)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order to be written: with the first of the `numbers` that is free, and the digests of secrets that open it."""

    bill: Bill
    numbers: Sequence[str]
    entry: OrderEntry
    secrets: Sequence[bytes] = field(default=(), repr=False)


class Orders(Protocol):
    """The store of orders. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Order | None]:
        """The orders by id, in the order asked."""

    async def by_numbers(self, numbers: Sequence[str]) -> list[Order | None]:
        """The orders by number, in the order asked."""

    async def by_secrets(self, digests: Sequence[bytes]) -> list[Order | None]:
        """The orders that these secrets open, in the order asked."""

    async def page(self, where: OrderFilter, by: OrderOrder, page: Page) -> Slice[Order]:
        """One window of the orders that match; the edge and the slice's `edges` hold the sort value, then the id."""

    async def count(self, where: OrderFilter, at_most: int) -> int:
        """How many match, counted up to `at_most`."""

    async def lines_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[OrderLine]]:
        """For each order its lines by position, cancelled ones too."""

    async def fees_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[OrderFee]]:
        """For each order its fees."""

    async def lines(self, line_ids: Sequence[UUID]) -> list[OrderLine | None]:
        """The lines by id, in the order asked."""

    async def history_of_orders(self, order_ids: Sequence[UUID], page: Page) -> list[Slice[OrderEntry]]:
        """For each order one window of its history, the newest first; the edge holds the entry's id."""

    async def count_history(self, order_ids: Sequence[UUID], at_most: int) -> list[int]:
        """For each order how long its history is, counted up to `at_most`."""

    async def add(self, new: NewOrder) -> Order:
        """Write a new order with its lines, fees, history and secrets, in one statement; the order with its number.

        Its holds are to be converted by this work.
        """

    async def for_change(self, order_id: UUID) -> Bill | None:
        """The order, after locking the stock of its events in the order of their ids, and then the order itself.

        Every change that moves stock or ends the order begins so.
        """

    async def for_edit(self, order_id: UUID) -> Bill | None:
        """The order, locked alone: for changes that move no stock. Nothing else may be locked after it."""

    async def keep(self, order: Order, entry: OrderEntry, lines: Sequence[OrderLine] = ()) -> None:
        """Write a changed order (its version one higher), what of these lines can change, and the entry of its history.

        Refused with VersionConflict when it was changed meanwhile.
        """

    async def note(self, entry: OrderEntry) -> None:
        """Add an entry to the history of an order that did not change."""

    async def put_off(self, order_id: UUID, until: datetime) -> None:
        """Let a waiting order wait until then, without a new version: nobody was told another time."""

    async def add_secret(self, order_id: UUID, digest: bytes) -> None:
        """Let one more secret open the order."""
