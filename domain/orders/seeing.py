"""Who may see and touch an order: the staff, its buyer by person or by cart, and whoever shows its secret."""

from domain.emails import sought
from domain.holds import buyer_with
from domain.identity import Permission, Viewer
from domain.orders.finding import OrderFilter
from domain.orders.values import Order, OrderChannel
from domain.refusals import NotFound, Refused


def buyers_of(viewer: Viewer) -> list[str]:
    """All names under which this viewer buys: her person, and the cart that she had before she signed in."""
    person = [f"person:{viewer.person_id}"] if viewer.person_id else []
    return [*person, *([buyer_with(viewer.cart)] if viewer.cart else [])]


def names_for_promo_codes(viewer: Viewer, buyer: str, email: str | None) -> list[str]:
    """The same, with the one that she buys under now and her address: what any of them used counts."""
    return list(dict.fromkeys([buyer, *buyers_of(viewer), *([f"email:{sought(email)}"] if email else [])]))


def is_own(order: Order, viewer: Viewer) -> bool:
    """Whether the viewer bought it for herself, online."""
    return order.channel is OrderChannel.ONLINE and order.buyer in buyers_of(viewer)


def own_filter(viewer: Viewer) -> OrderFilter:
    """What finds the orders that `is_own` says are the viewer's."""
    return OrderFilter(buyers=buyers_of(viewer), channels=[OrderChannel.ONLINE])


def visible(order: Order | None, viewer: Viewer) -> Order | None:
    """The order when the viewer may see it: hers, or anybody's for staff with orders:read."""
    return order if order is not None and (viewer.may(Permission.ORDERS_READ) or is_own(order, viewer)) else None


def expect_touchable(order: Order, viewer: Viewer, *, opened: bool) -> bool:
    """Whether staff with orders:manage touch it; refused with NotFound unless they do, or its buyer, or the secret `opened` it."""
    staff = viewer.may(Permission.ORDERS_MANAGE)
    if not (staff or opened or is_own(order, viewer)):
        raise Refused(NotFound("order", ("input", "orderId")))
    return staff
