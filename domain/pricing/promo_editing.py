"""Making, changing and ending promo codes: the wishes, the rules, and every no."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from domain.access_codes import FORM, LARGEST_USE_LIMIT, LONGEST_LABEL, normalized, random_code, well_formed
from domain.dates import check_moment
from domain.events import expect_version
from domain.idempotency import Key, key_of
from domain.money import is_currency
from domain.pricing.promo_codes import PromoCode, PromoKind
from domain.pricing.rounding import MILLION
from domain.pricing.rules_editing import check_amount
from domain.refusals import Faults, NotFound, Refusal, Refused
from domain.texts import check_line

MOST_NAMED = 100
CLEARABLE = frozenset({"valid_from", "valid_until", "budget_minor", "use_limit", "buyer_limit"})
"""What a change may take away again."""


@dataclass(frozen=True, slots=True)
class PromoCodeDetails:
    """What may be said of a promo code, new or changed; None in a change means: leave it."""

    label: str | None = None
    rate: int | None = None
    amount_minor: int | None = None
    event_ids: tuple[UUID, ...] | None = None
    ticket_type_ids: tuple[UUID, ...] | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    minimum_minor: int | None = None
    budget_minor: int | None = None
    use_limit: int | None = None
    buyer_limit: int | None = None
    stackable: bool | None = None


@dataclass(frozen=True, slots=True)
class CreatePromoCode:
    """The wish for a promo code; without `code` one is made that nobody guesses."""

    kind: PromoKind
    details: PromoCodeDetails
    currency: str | None = None
    code: str | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        said = {name: _plain(value) for name, value in asdict(self.details).items()}
        return key_of(f"person:{person_id}", "createPromoCode", self.idempotency_key, [self.kind, said, self.currency, self.code])


@dataclass(frozen=True, slots=True)
class UpdatePromoCode:
    """The wish to change a promo code as it was at `expected_version`; `cleared` names what shall be unlimited from now on."""

    promo_code_id: UUID
    expected_version: int
    changes: PromoCodeDetails
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PromoCodeTaken(Refusal):
    """Another promo code of the organization reads the same."""

    promo_code_id: UUID

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "There is such a promo code already, maybe one that is not in force any more; choose another."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "code")


def create(promo_code_id: UUID, secret: str, ask: CreatePromoCode, by: UUID | None, now: datetime) -> PromoCode:
    """The new code, made of `secret` (256 random bits) where none is chosen; refused with InputInvalid."""
    code = random_code(secret) if ask.code is None else normalized(ask.code)
    return _checked(
        PromoCode(
            **{"label": "", **_given(ask.details)},  # type: ignore[arg-type]
            id=promo_code_id,
            code=code,
            kind=ask.kind,
            currency=ask.currency,
            created_at=now,
            created_by=by,
        )
    )


def update(here: PromoCode, ask: UpdatePromoCode) -> PromoCode:
    """The code with the changes, for orders from now on; refused with VersionConflict or InputInvalid."""
    expect_version(here.version, ask.expected_version)
    given = {**_given(ask.changes), **dict.fromkeys(ask.cleared & CLEARABLE)}
    return _checked(replace(here, **given, version=here.version + 1))  # type: ignore[arg-type]


def deactivate(here: PromoCode, now: datetime) -> PromoCode:
    """The code that gives nothing any more; again is the same."""
    return here if here.deactivated_at else replace(here, deactivated_at=now, version=here.version + 1)


def found(code: PromoCode | None) -> PromoCode:
    """The code, or the refusal NotFound."""
    if code is None:
        raise Refused(NotFound("promo code", ("input", "promoCodeId")))
    return code


def expect_known(asked: Collection[UUID], known: Collection[UUID | None], word: str, field: str) -> None:
    """Refuse with NotFound where a code is for something that the organization does not have."""
    if set(asked) - set(known):
        raise Refused(NotFound(word, ("input", field)))


def buyer_names(buyer: str, email: str | None = None) -> tuple[str, ...]:
    """Under which names a buyer uses codes: as holder of a cart or an account, and by the digest of an e-mail address."""
    return (buyer, f"email:{sha256(email.strip().lower().encode()).hexdigest()}") if email else (buyer,)


def _given(details: PromoCodeDetails) -> Mapping[str, object]:
    said = {each.name: value for each in fields(details) if (value := getattr(details, each.name)) is not None}
    return said | {name: tuple(sorted(set(value))) for name, value in said.items() if isinstance(value, tuple)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, tuple) else value


def _checked(code: PromoCode) -> PromoCode:
    faults = Faults()
    faults.check(well_formed(code.code), ("input", "code"), FORM)
    check_line(faults, code.label, ("input", "label"), longest=LONGEST_LABEL, required=False)
    _check_amounts(faults, code)
    _check_limits(faults, code)
    for field, named in (("eventIds", code.event_ids), ("ticketTypeIds", code.ticket_type_ids)):
        faults.check(len(named) <= MOST_NAMED, ("input", field), f"must be {MOST_NAMED} at most")
    check_moment(faults, code.valid_from, ("input", "validFrom"))
    check_moment(faults, code.valid_until, ("input", "validUntil"))
    lasts = code.valid_from is None or code.valid_until is None or code.valid_until > code.valid_from
    faults.check(lasts, ("input", "validUntil"), "must be after validFrom")
    faults.refuse()
    return code


def _check_amounts(faults: Faults, code: PromoCode) -> None:
    percentage = code.kind is PromoKind.PERCENTAGE
    faults.check(0 < code.rate <= MILLION if percentage else not code.rate, ("input", "percent"), _percent(percentage=percentage))
    faults.check((code.amount_minor == 0) is percentage, ("input", "amountMinor"), _amount(percentage=percentage))
    for field, amount in (
        ("amountMinor", code.amount_minor),
        ("minimumMinor", code.minimum_minor),
        ("budgetMinor", code.budget_minor),
    ):
        check_amount(faults, amount, ("input", field))
    faults.check(code.currency is None or is_currency(code.currency), ("input", "currency"), "is not a currency of ISO 4217 such as EUR")
    needs = code.amount_minor or code.minimum_minor or code.budget_minor is not None
    faults.check(not needs or code.currency is not None, ("input", "currency"), "is needed with amounts")


def _check_limits(faults: Faults, code: PromoCode) -> None:
    for field, limit in (("useLimit", code.use_limit), ("buyerLimit", code.buyer_limit)):
        faults.check(limit is None or 0 < limit <= LARGEST_USE_LIMIT, ("input", field), f"must be between 1 and {LARGEST_USE_LIMIT}")
    enough = code.use_limit is None or code.uses <= code.use_limit
    faults.check(enough, ("input", "useLimit"), f"must not be less than {code.uses}, its uses so far")
    faults.check(code.budget_minor != 0, ("input", "budgetMinor"), "must be positive")
    covers = not code.budget_minor or code.spent_minor <= code.budget_minor
    faults.check(covers, ("input", "budgetMinor"), f"must not be less than {code.spent_minor}, given away so far")


def _percent(*, percentage: bool) -> str:
    return "must be more than 0 and 100 at most" if percentage else "is for codes that take off a percentage"


def _amount(*, percentage: bool) -> str:
    return "is for codes that take off an amount" if percentage else "must be positive"
