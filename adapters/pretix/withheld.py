"""Tells what is not for everybody: TicketBase sells what it has to all who come, so such things are left out or held back."""

from adapters.pretix.values import Values

FOR_VOUCHERS = ("require_voucher", "hide_without_voucher")
WEB = "web"
CONDITIONS = {
    "require_bundling": "is sold in bundles only",
    "require_approval": "needs the organizer's approval",
    "require_membership": "is for members only",
    "issue_giftcard": "is a gift card",
}


def reasons_to_withhold(values: Values) -> list[str]:
    """Why an item or variation must not be sold to everybody; none when it may."""
    reasons = [reason for field, reason in CONDITIONS.items() if values.flag(field, otherwise=False)]
    if not values.flag("active", otherwise=True):
        reasons.append("is not active")
    if not sold_on_the_web(values):
        reasons.append("is not sold on the web")
    return reasons


def needs_code(values: Values) -> bool:
    """Whether an item or variation is for holders of a voucher, which is what an access code is here."""
    flags = [values.flag(field, otherwise=False) for field in FOR_VOUCHERS]
    return any(flags)


def sold_on_the_web(values: Values) -> bool:
    """Whether the channels of sale include the web, in the words of old and of new documents."""
    if values.flag("all_sales_channels", otherwise=False):
        return True
    channels = values.texts("limit_sales_channels")
    if channels is None:
        channels = values.texts("sales_channels")
    return channels is None or WEB in channels
