"""Orders: admissions that somebody buys, with their prices as they were when she decided, until they are hers or free again.

values      orders as they are
finding     which ones, in which order
words       what they are found by
store       what their store must offer
"""

from domain.orders.finding import OrderFilter, OrderOrder, check_search
from domain.orders.store import Bill, NewOrder, Orders
from domain.orders.values import (
    ENDED,
    WAITING,
    Order,
    OrderChannel,
    OrderEntry,
    OrderFee,
    OrderLine,
    OrderStatus,
    PaymentState,
    numbers_of,
    payment_state,
    read_number,
)
from domain.orders.words import split, words_of

__all__ = [
    "ENDED",
    "WAITING",
    "Bill",
    "NewOrder",
    "Order",
    "OrderChannel",
    "OrderEntry",
    "OrderFee",
    "OrderFilter",
    "OrderLine",
    "OrderOrder",
    "OrderStatus",
    "Orders",
    "PaymentState",
    "check_search",
    "numbers_of",
    "payment_state",
    "read_number",
    "split",
    "words_of",
]
