"""Payments: money that comes in for orders, money that goes back, and the ledger of both.

values      payments, refunds and the ledger as they are
asking      what people ask for
provider    the port of payment providers
settling    what a provider's report does to payment and order
refunding   how much goes back, from which payments, for what
reviving    orders that live again
telling     what is told of money
policy      what buyers may take back themselves
refusals    why no money is taken or given back
store       what the stores must offer
"""

from domain.payments.policy import RefundPolicies, RefundPolicy, check_policy, offered
from domain.payments.provider import (
    Charge,
    Credentials,
    Notice,
    NoticeForged,
    PaymentProvider,
    PaymentProviders,
    ProviderRefused,
    ProviderUnsure,
    RefundReport,
    Report,
)
from domain.payments.refunding import Account, Planned, RefundSettlement, Share, entry_of, settle_refund
from domain.payments.refusals import (
    OrderNotPayable,
    PaymentMethodUnknown,
    PaymentOver,
    PaymentRefused,
    PaymentUnsure,
    RefundNotOffered,
    RefundTooLarge,
)
from domain.payments.settling import Settlement, next_asking, settle
from domain.payments.store import (
    KeptNotice,
    LedgerFilter,
    LedgerTotal,
    Payments,
    PaymentSettings,
    place_of_key,
)
from domain.payments.values import (
    FINAL,
    GIVEN_BACK,
    MANUAL,
    UNDER_WAY,
    LedgerEntry,
    LedgerKind,
    Payment,
    PaymentStatus,
    Refund,
    RefundLine,
    RefundStatus,
)

__all__ = [
    "FINAL", "GIVEN_BACK", "MANUAL", "UNDER_WAY", "Account", "Charge", "Credentials", "KeptNotice", "LedgerEntry", "LedgerFilter",
    "LedgerKind", "LedgerTotal", "Notice", "NoticeForged", "OrderNotPayable", "Payment", "PaymentMethodUnknown", "PaymentOver",
    "PaymentProvider", "PaymentProviders", "PaymentRefused", "PaymentSettings", "PaymentStatus", "PaymentUnsure", "Payments", "Planned",
    "ProviderRefused", "ProviderUnsure", "Refund", "RefundLine", "RefundNotOffered", "RefundPolicies", "RefundPolicy", "RefundReport",
    "RefundSettlement", "RefundStatus", "RefundTooLarge", "Report", "Settlement", "Share", "check_policy", "entry_of", "next_asking",
    "offered", "place_of_key", "settle", "settle_refund",
]  # fmt: skip
