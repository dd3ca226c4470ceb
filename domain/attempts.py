"""Attempts: how often somebody may try to get in, or have mails sent, before she has to wait. Counted before anything is looked up."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from uuid import UUID

from domain.secrets import digest
from domain.sessions import Caller, Method
from domain.throttling import Allowance

DAY, HOUR, QUARTER, MINUTE = 86_400, 3_600, 900, 60
"""Seconds."""
_MAILS = Allowance("mail:all", 3_000, MINUTE)


def to_sign_in(email: str, caller: Caller) -> Sequence[Allowance]:
    """One password that is guessed: for this account, from this network address, and at the whole platform."""
    return (
        Allowance(f"sign-in:account:{_name(email)}", 10, QUARTER),
        *_from_address("sign-in", caller, 100, QUARTER),
        Allowance("sign-in:all", 6_000, MINUTE),
    )


def to_prove_oneself(person: str) -> Sequence[Allowance]:
    """One password or code that somebody signed in gives once more, to change what protects her account."""
    return (Allowance(f"prove:{_name(person)}", 10, QUARTER),)


def to_give_code(person: str, method: Method, caller: Caller) -> Sequence[Allowance]:
    """One code of a second factor that is tried, for whatever purpose.

    Of a million codes three are right at a time: the day's allowance keeps who knows the password from trying for weeks. Recovery codes
    are counted apart, so that he does not lock her out with it.
    """
    name = f"code:{method.value.lower()}:{_name(person)}"
    a_day = (Allowance(f"{name}:day", 50, DAY),) if method is Method.TOTP else ()
    return (Allowance(name, 10, QUARTER), *a_day, *_from_address("code", caller, 100, QUARTER))


def to_be_mailed(email: str, caller: Caller) -> Sequence[Allowance]:
    """One mail that anybody can have sent to an address."""
    return (_to_mailbox(email), *_from_address("mail", caller, 50, HOUR), _MAILS)


def to_invite(organization_id: UUID, email: str) -> Sequence[Allowance]:
    """One invitation that an organization has mailed; whoever writes it is known, so it counts for no network address."""
    return (_to_mailbox(email), Allowance(f"invite:by:{organization_id}", 100, HOUR), _MAILS)


def to_show_service_key(caller: Caller) -> Sequence[Allowance]:
    """One service key that nobody has, so that who guesses does not ask the database for ever."""
    return _from_address("service-key", caller, 100, MINUTE) or (Allowance("service-key:unknown", 100, MINUTE),)


def to_finish_signing_up(token: str) -> Sequence[Allowance]:
    """One password that is tried with a link."""
    return (Allowance(f"finish:{_name(token)}", 10, QUARTER),)


def to_use_link(caller: Caller) -> Sequence[Allowance]:
    """One secret of a link that is tried. Nobody guesses 256 bits; this keeps him from asking the database for ever."""
    return _from_address("link", caller, 60, QUARTER)


def to_refresh(caller: Caller) -> Sequence[Allowance]:
    """One refresh token that is shown. Nobody guesses 256 bits, and behind one address there may be a whole company."""
    return _from_address("refresh", caller, 3_000, QUARTER)


def _to_mailbox(email: str) -> Allowance:
    return Allowance(f"mail:to:{_name(email)}", 5, HOUR)


def _from_address(name: str, caller: Caller, most: int, seconds: int) -> Sequence[Allowance]:
    return (Allowance(f"{name}:from:{_name(_household(caller.address))}", most, seconds),) if caller.address else ()


def _household(address: str) -> str:
    """Whom an address counts for: in IPv6 the whole /64, which is what the smallest customer gets and can change within at will."""
    try:
        kind = ip_address(address)
    except ValueError:
        return address
    if kind.version == 4:
        return address
    return str(kind.ipv4_mapped or ip_network((int(kind), 64), strict=False))


def _name(fact: str) -> str:
    """What is counted lies in Valkey, where addresses have no business."""
    return digest(fact).hex()[:32]
