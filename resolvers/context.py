"""What a deed is handed: who asks, and the doors to the stores, the holds, the live streams and what lies outside the database."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from uuid import UUID

from domain.addresses import Addresses
from domain.holds import Holds
from domain.identity import Viewer
from domain.live import Live
from domain.passwords import Passwords
from domain.payments import PaymentProviders
from domain.pictures import Pictures
from domain.series import Recurrences
from domain.sessions import SessionTerms
from domain.storage import Storage
from domain.throttling import Throttle
from domain.tickets import TicketSigner
from domain.tickets.pictures import QrPictures
from domain.tokens import Tokens
from domain.two_factor import OneTimePasswords, QrCodes
from domain.vault import Vault
from domain.work import AccountWork, Reading, Work


@dataclass(frozen=True, slots=True)
class Chance:
    """What no rule can foresee: `id` makes a UUIDv7, `token` an opaque secret of 256 bits."""

    id: Callable[[], UUID]
    token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outside:
    """What deeds use besides the database, and on which terms: `image_quota` is in bytes, for each organization."""

    storage: Storage
    pictures: Pictures
    image_quota: int
    addresses: Addresses
    recurrences: Recurrences
    throttle: Throttle
    tokens: Tokens
    passwords: Passwords
    one_time_passwords: OneTimePasswords
    qr_codes: QrCodes
    session_terms: SessionTerms
    chance: Chance
    vault: Vault
    ticket_signer: TicketSigner
    qr_pictures: QrPictures
    payments: PaymentProviders


@dataclass(frozen=True, slots=True)
class Context:
    """Eight doors, no more. Every operation, and all that follows a mutation root, gets a copy with its own `reading` and `loaders`.

    `work()` opens a transaction that writes; `reading()` joins the operation's one read work, where batches queue;
    `accounts()` opens a transaction on people and sessions, which belong to no tenant; `outside` leads to the object storage, to those who
    make pictures, expand rules, sign tokens and hash passwords; `loaders` belongs to `schema.batched` alone.
    """

    viewer: Viewer
    work: Callable[[], AbstractAsyncContextManager[Work]]
    reading: Callable[[], AbstractAsyncContextManager[Reading]]
    accounts: Callable[[], AbstractAsyncContextManager[AccountWork]]
    holds: Holds
    live: Live
    outside: Outside
    loaders: dict[object, object] = field(default_factory=dict)

    def new_id(self) -> UUID:
        """A UUIDv7."""
        return self.outside.chance.id()

    def new_token(self) -> str:
        """An opaque secret of 256 bits."""
        return self.outside.chance.token()
