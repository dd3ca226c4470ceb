"""What the double remembers of each account: its keys, its objects, and the answers it gave to idempotency keys."""

import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.embedded.stripe_double.faults import StripeFault, not_there

ALPHABET = string.ascii_letters + string.digits
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with, and the request: a key that comes with another one is refused."""

    request: tuple[str, str]
    status: int
    body: Object


@dataclass(slots=True)
class Account:
    """One account: `endpoint` is where its events go, and `{organization}` in it stands for that fact of the object's metadata."""

    secret_key: str
    publishable_key: str
    webhook_secret: str
    endpoint: str = ""
    objects: dict[str, Object] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    events: list[Object] = field(default_factory=list)

    def keep(self, prefix: str, kind: str, fields: Object) -> Object:
        """A new object of this account."""
        made: Object = {"id": new_id(prefix), "object": kind, "created": int(time.time()), "livemode": False, **fields}
        self.objects[made["id"]] = made
        return made

    def get(self, kind: str, id: str, param: str = "id") -> Object:
        """The object with this id. Raises StripeFault when this account has none of that kind."""
        found = self.objects.get(id)
        if found is None or found["object"] != kind:
            raise not_there(kind, id, param)
        return found

    def all(self, kind: str, accept: Callable[[Object], bool] = lambda _: True) -> list[Object]:
        """The objects of a kind, the newest first."""
        return [each for each in reversed(self.objects.values()) if each["object"] == kind and accept(each)]


class Accounts:
    """The accounts by their keys."""

    def __init__(self) -> None:
        self._by_key: dict[str, Account] = {}

    def open(self, account: Account) -> Account:
        """Let an account in, in place of the one that had its key."""
        for key in (account.secret_key, account.publishable_key):
            self._by_key[key] = account
        return account

    def of(self, authorization: str) -> tuple[Account, bool]:
        """The account of an `Authorization` header, and whether its key is the secret one. Raises StripeFault."""
        scheme, _, key = authorization.partition(" ")
        if scheme != "Bearer" or not key:
            raise StripeFault("You did not provide an API key.", status=401)
        account = self._by_key.get(key)
        if account is None:
            shown = f"{key[:8]}{'*' * 8}{key[-4:]}"
            raise StripeFault(f"Invalid API Key provided: {shown}", status=401)
        return account, key == account.secret_key

    def holding(self, id: str) -> Account | None:
        """The account that has this object."""
        return next((account for account in self._by_key.values() if id in account.objects), None)

    def __iter__(self) -> Any:
        return iter({id(account): account for account in self._by_key.values()}.values())


def new_id(prefix: str) -> str:
    """An id as Stripe's are: `pi_` and random letters."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(24))}"
