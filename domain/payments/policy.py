"""What an organizer gives back to buyers who ask for it themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.orders import OrderLine
from domain.payments.refunding import Account, Share
from domain.payments.refusals import RefundNotOffered
from domain.refusals import Faults, Refused

WHOLE = 1_000_000
"""All of it, in millionths."""
MOST_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """Until `hours_before` an event begins its admissions can be given back; `kept_rate` of the price stays, in millionths.

    Fees go back when `fees` says so and nothing is left of the order.
    """

    hours_before: int
    kept_rate: int = 0
    fees: bool = False


class RefundPolicies(Protocol):
    """The store of policies: one for the organization (None), others for single events."""

    async def of_events(self, event_ids: Sequence[UUID | None]) -> list[RefundPolicy | None]:
        """For each event the policy that was set for it, for None the organization's; in the order asked."""

    async def keep(self, event_id: UUID | None, policy: RefundPolicy | None) -> None:
        """Set one, or (None) take it away."""


def check_policy(policy: RefundPolicy | None) -> None:
    """Refuse with InputInvalid hours and rates that there are not."""
    if policy is None:
        return
    faults = Faults()
    faults.check(0 <= policy.hours_before <= MOST_HOURS, ("input", "policy", "hoursBefore"), f"must be 0 to {MOST_HOURS}")
    faults.check(0 <= policy.kept_rate <= WHOLE, ("input", "policy", "keptRate"), f"must be 0 to {WHOLE} millionths")
    faults.refuse()


def offered(
    account: Account,
    lines: Sequence[OrderLine],
    policies: Mapping[UUID, RefundPolicy | None],
    begins: Mapping[UUID, datetime],
    now: datetime,
) -> list[Share]:
    """What goes back for these admissions; refused with RefundNotOffered where one of them cannot be given back (any more)."""
    shares = []
    for line in lines:
        policy = policies.get(line.event_id)
        if line.cancelled_at is not None:
            raise Refused(RefundNotOffered("An admission was given back already."))
        if policy is None:
            raise Refused(RefundNotOffered("Admissions to this event cannot be given back."))
        if now > begins[line.event_id] - timedelta(hours=policy.hours_before):
            raise Refused(RefundNotOffered("It is too late to give an admission back."))
        left = account.left_of(line)
        shares.append(Share(line.id, max(left - _kept(line.price_minor, policy), 0)))
    shares.append(Share(None, _fees(account, lines, policies)))
    return [share for share in shares if share.amount_minor]


def _kept(price_minor: int, policy: RefundPolicy) -> int:
    """What stays with the organizer, half a minor unit rounded up."""
    return (price_minor * policy.kept_rate + WHOLE // 2) // WHOLE


def _fees(account: Account, lines: Sequence[OrderLine], policies: Mapping[UUID, RefundPolicy | None]) -> int:
    given = {line.id for line in lines}
    all_gone = all(line.id in given for line in account.bill.going_on)
    everywhere = all((policy := policies.get(line.event_id)) is not None and policy.fees for line in lines)
    return account.left_of_fees if all_gone and everywhere else 0
