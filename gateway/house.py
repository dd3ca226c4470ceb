"""Opens the house: the one place that knows which adapter stands behind which door."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id, new_token
from adapters.crypto.one_time_passwords import PyotpPasswords
from adapters.crypto.passwords import ThreadedPasswords, open_passwords
from adapters.crypto.ticket_signing import Ed25519Signer
from adapters.crypto.tokens import SignedTokens
from adapters.mail.smtp import Mailer
from adapters.payments import Providers
from adapters.pictures.pictures import SandboxedPictures
from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.known_people import PostgresKnownPeople
from adapters.postgres.reading import ReadWork
from adapters.postgres.service_keys import KeyDirectory
from adapters.postgres.sessions import SessionDirectory
from adapters.qr.codes import SegnoQrCodes
from adapters.recurrence.rules import DateutilRecurrences
from adapters.s3.objects import S3Objects, open_objects
from adapters.s3.presigning import Signer
from adapters.s3.storage import ObjectStorage
from adapters.valkey.client import connect
from adapters.valkey.live import MovedSince, OrdersNow, Snapshots, ValkeyLive
from adapters.valkey.throttle import ValkeyThrottle
from domain.addresses import Addresses
from domain.availability import Availability
from domain.foreign_sessions import ForeignSessions
from domain.holds import Lasting
from domain.order_watching import OrderUpdate
from domain.seat_availability import SeatsRead, SeatsWanted
from domain.tokens import Tokens
from domain.work import Reading
from gateway.contexts import Contexts
from gateway.cookies import SessionCookie
from gateway.database import Pools, check_database, open_pools
from gateway.foreign_visitors import ForeignVisitors
from gateway.health import Dependency
from gateway.measuring import MeasuredHolds
from gateway.nextauth import foreign_sessions
from gateway.payments import open_payments
from gateway.rounds import Rounds
from gateway.service_keys import ServiceKeyRing
from gateway.settings import ObjectStorage as StorageSettings
from gateway.settings import Settings
from gateway.signing import open_ring
from gateway.tenants import Tenants
from gateway.transports.presence import Presence
from gateway.vault_keys import vault_of
from gateway.visitors import Visitors
from resolvers.context import Chance, Outside


@dataclass(frozen=True, slots=True)
class House:
    """All that a gateway process serves with."""

    settings: Settings
    pools: Pools
    tokens: SignedTokens
    tenants: Tenants
    contexts: Contexts
    outside: Outside
    cookie: SessionCookie
    presence: Presence
    dependencies: tuple[Dependency, ...]
    visitors: Visitors

    @property
    def front_end(self) -> ForeignSessions | None:
        """The sessions of the front end, where one is agreed."""
        return self.visitors.front_end


@asynccontextmanager
async def open_house(settings: Settings, *, follow: bool = True) -> AsyncIterator[House]:
    """Open everything, and close it with the block; without `follow` nobody listens to what moves elsewhere.

    Raises DatabaseRefused where the database would not protect its tenants or what they sold, SigningKeyInvalid for a useless key.
    """
    async with open_pools(settings) as pools:
        await check_database(pools)
        async with furnish(settings, pools, follow=follow) as house:
            yield house


@asynccontextmanager
async def furnish(settings: Settings, pools: Pools, *, follow: bool = True) -> AsyncIterator[House]:
    """The house on pools that are open already."""
    ring = await open_ring(settings, pools)
    async with AsyncExitStack() as stack:
        redis = connect(settings.redis_url.reveal())
        stack.push_async_callback(redis.aclose)
        live = ValkeyLive(redis, _snapshots(pools.app), _moved_since(pools.app), _orders_now(pools.app))
        if follow:
            await stack.enter_async_context(ring.following())
            live.start()
        stack.push_async_callback(live.close)
        holds = BatchedHolds(pools.app, new_id, lasting=lasting_of(settings))
        stack.push_async_callback(holds.close)
        directory = PostgresDirectory(pools.system)
        tenants = Tenants(directory, base_domain=settings.base_domain, default=settings.default_organization)
        objects = await stack.enter_async_context(open_storage(settings.s3))
        passwords = await stack.enter_async_context(open_passwords())
        payments = await stack.enter_async_context(open_payments(settings))
        outside = _outside(settings, ring.tokens, redis, objects, passwords, payments)
        cookie, sessions, presence = SessionCookie(not settings.is_development), SessionDirectory(pools.system), Presence()
        visitors = Visitors(ring.read, sessions, cookie, _front_end(settings, pools, tenants))
        if follow:
            await stack.enter_async_context(Rounds(presence, sessions.living, directory, visitors.forget, tenants).walking())
        keys = ServiceKeyRing(KeyDirectory(pools.system), outside.throttle)
        contexts = Contexts(pools, tenants, (visitors, keys), MeasuredHolds(holds), live, outside, settings.identity.proxies)
        stack.push_async_callback(contexts.close)
        needs = dependencies_of(settings, pools, redis)
        yield House(settings, pools, ring.tokens, tenants, contexts, outside, cookie, presence, needs, visitors)


def _outside(
    settings: Settings, tokens: Tokens, redis: Any, objects: S3Objects, passwords: ThreadedPasswords, payments: Providers
) -> Outside:
    return Outside(
        storage=objects,
        pictures=SandboxedPictures(),
        image_quota=settings.image_quota_bytes,
        addresses=Addresses(settings.web_address),
        recurrences=DateutilRecurrences(),
        throttle=ValkeyThrottle(redis),
        tokens=tokens,
        passwords=passwords,
        one_time_passwords=PyotpPasswords(),
        qr_codes=SegnoQrCodes(),
        vault=vault_of(settings.vault_keys),
        ticket_signer=Ed25519Signer(),
        qr_pictures=SegnoQrCodes(),
        session_terms=settings.identity.sessions,
        payments=payments,
        chance=Chance(new_id, new_token),
    )


def lasting_of(settings: Settings) -> Lasting:
    """How long holds last here."""
    return Lasting(timedelta(seconds=settings.holds.seconds), timedelta(seconds=settings.holds.cap_seconds))


def _front_end(settings: Settings, pools: Pools, tenants: Tenants) -> ForeignVisitors | None:
    sessions = foreign_sessions(settings.identity.nextauth)
    return ForeignVisitors(sessions, PostgresKnownPeople(pools.system), tenants) if sessions else None


def open_mailer(settings: Settings) -> Mailer:
    """The way to the mail server."""
    return Mailer(settings.smtp_url.reveal(), settings.mail_from)


def dependencies_of(settings: Settings, pools: Pools, redis: Any) -> tuple[Dependency, ...]:
    """What a process needs; only PostgreSQL is vital, since it alone holds the truth."""
    return (Dependency("postgresql", lambda: pools.app.fetchval("SELECT 1"), vital=True), *services_of(settings, redis))


def services_of(settings: Settings, redis: Any) -> tuple[Dependency, ...]:
    """What a process needs besides PostgreSQL."""
    storage = _bucket(settings.s3)
    mailer = open_mailer(settings)
    return (
        Dependency("valkey", redis.ping),
        Dependency("object_storage", storage.check),
        Dependency("mail", mailer.check),
    )


def open_storage(s3: StorageSettings) -> AbstractAsyncContextManager[S3Objects]:
    """The objects in the bucket of the settings; clients are invited to the address that they can reach."""
    own = Signer(s3.endpoint, s3.access_key, s3.secret_key.reveal(), s3.bucket, s3.region)
    return open_objects(_bucket(s3), own, replace(own, endpoint=s3.public_endpoint or s3.endpoint))


def _bucket(s3: StorageSettings) -> ObjectStorage:
    return ObjectStorage(s3.endpoint, s3.access_key, s3.secret_key.reveal(), s3.bucket, s3.region)


def _snapshots(pool: Any) -> Snapshots:
    async def read(organization_id: UUID, event_ids: Sequence[UUID]) -> Sequence[Availability | None]:
        async with _reading(pool, organization_id) as reading:
            return await reading.availability.snapshots(event_ids)

    return read


def _moved_since(pool: Any) -> MovedSince:
    async def read(organization_id: UUID, wanted: Sequence[SeatsWanted]) -> Sequence[SeatsRead | None]:
        async with _reading(pool, organization_id) as reading:
            return await reading.seat_availability.moved_since(wanted)

    return read


def _orders_now(pool: Any) -> OrdersNow:
    async def read(organization_id: UUID, order_ids: Sequence[UUID]) -> Sequence[OrderUpdate | None]:
        async with _reading(pool, organization_id) as reading:
            return [OrderUpdate(order) if order else None for order in await reading.orders.get_many(order_ids)]

    return read


@asynccontextmanager
async def _reading(pool: Any, organization_id: UUID) -> AsyncIterator[Reading]:
    work = ReadWork(pool, organization_id)
    try:
        async with work.reading() as reading:
            yield reading
    finally:
        await work.close()
