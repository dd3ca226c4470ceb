"""Orders, their lines, fees and history as rows that read like the domain's values."""

from adapters.postgres.rows import Row, columns_of, facts_of
from domain.orders import Order, OrderChannel, OrderEntry, OrderFee, OrderLine, OrderStatus
from domain.pricing import FeeKind

ORDER = columns_of(Order, table="o")
LINE = columns_of(OrderLine, table="l", but=["currency"]) + ", o.currency"
FEE = columns_of(OrderFee, table="f", but=["currency"]) + ", o.currency"
ENTRY = columns_of(OrderEntry, table="e")

_STATUSES = {each.value: each for each in OrderStatus}
_CHANNELS = {each.value: each for each in OrderChannel}


class OrderRow(Row, reads=Order):
    """Reads like an Order."""

    __slots__ = ()

    @property
    def status(self) -> OrderStatus:
        return _STATUSES[self["status"]]

    @property
    def channel(self) -> OrderChannel:
        return _CHANNELS[self["channel"]]


class LineRow(Row, reads=OrderLine):
    """Reads like an OrderLine."""

    __slots__ = ()


class FeeRow(Row, reads=OrderFee):
    """Reads like an OrderFee."""

    __slots__ = ()

    @property
    def kind(self) -> FeeKind:
        return FeeKind(self["kind"])


class EntryRow(Row, reads=OrderEntry):
    """Reads like an OrderEntry."""

    __slots__ = ()


def order_of(row: OrderRow) -> Order:
    """The row as a value, to be changed."""
    return Order(**facts_of(row, Order))


def line_of(row: LineRow) -> OrderLine:
    """The row as a value, to be changed."""
    return OrderLine(**facts_of(row, OrderLine))


def fee_of(row: FeeRow) -> OrderFee:
    """The row as a value."""
    return OrderFee(**facts_of(row, OrderFee))
