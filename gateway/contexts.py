"""Makes the context of a request: whose it is, for which organization, with which doors; and a fresh copy for every operation."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from starlette.requests import HTTPConnection

from adapters.crypto.identifiers import new_id
from adapters.postgres.account_work import Informed, accounting
from adapters.postgres.lending import Readers, share_of
from adapters.postgres.reading import ReadWork
from adapters.postgres.transaction import Pool
from adapters.postgres.work import writing
from domain.foreign_sessions import limits_of
from domain.holds import Holds
from domain.identity import Viewer, acting
from domain.live import Live
from domain.refusals import ErrorCode, Refusal, Refused
from domain.work import AccountWork, Reading, Work
from gateway.callers import Networks, caller_of
from gateway.database import Pools
from gateway.foreign_visitors import Asked
from gateway.languages import preferred
from gateway.logs import current_correlation_id
from gateway.service_keys import ServiceKeyRing
from gateway.tenants import Tenants
from gateway.visitors import Visitors
from resolvers.context import Context, Outside

_CART = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class CartInvalid(Refusal):
    """The cart token has another form than those made here."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The cart token is malformed: send the one that the first hold answered, 43 random base64url characters of yours, or none."


class Contexts:
    """Makes contexts; one per process."""

    def __init__(
        self,
        pools: Pools,
        tenants: Tenants,
        doors: tuple[Visitors, ServiceKeyRing],
        holds: Holds,
        live: Live,
        outside: Outside,
        proxies: Networks,
    ) -> None:
        self._pool: Pool = pools.app
        self._system_pool: Pool = pools.system
        self._readers = Readers(self._pool, most=share_of(pools.app.get_max_size()))
        self._tenants = tenants
        self._visitors, self._keys = doors
        self._proxies = proxies
        self._holds = holds
        self._live = live
        self._outside = outside

    async def of(self, connection: HTTPConnection, init: Mapping[str, object] | None = None) -> Context:
        """The context of a request or a WebSocket; `init` is what `connection_init` said, which goes before the headers.

        Refused with TokenInvalid, ForeignSessionInvalid, SessionEnded, TooManyAttempts, NotFound (organization), TenantMismatch or
        CartInvalid.
        """
        said = _said(connection, init or {})
        caller = caller_of(connection, self._proxies)
        key = await self._keys.shown(said.authorization, caller)
        claims = None if key else await self._visitors.who(said.authorization, connection.headers, said.asked)
        bound = key or claims
        host = "" if bound or said.asked.organization else said.asked.host  # which is not read where it is not asked for
        organization = await self._tenants.of_request(host, said.asked.organization, bound)
        viewer = Viewer(
            organization_id=organization.id if organization else None,
            person_id=claims.person_id if claims else None,
            cart=said.cart,
            locales=preferred(said.languages, organization.default_locale if organization else "en"),
            expires_at=bound.expires_at if bound else None,
            session_id=claims.session_id if claims else None,
            caller=caller,
            service_key=key.id if key else None,
            limits=limits_of(claims.foreign) if claims and claims.foreign else None,
        )
        return self.for_viewer(await self._as_of_now(viewer))

    async def close(self) -> None:
        """Give back the connections that are kept for the next read."""
        await self._readers.close()

    def for_viewer(self, viewer: Viewer) -> Context:
        """The context of a viewer already known, such as an operator at the command line."""
        return Context(
            viewer=viewer,
            work=lambda: self._work(viewer),
            reading=_Reads(self._readers, lambda: viewer.tenant),
            accounts=self._accounts,
            holds=self._holds,
            live=self._live,
            outside=self._outside,
        )

    @asynccontextmanager
    async def fresh(self, context: Context) -> AsyncIterator[Context]:
        """A copy for one operation (or one event of a subscription), with its own read work and loaders; closed with the block."""
        viewer = await self._as_of_now(context.viewer)
        reads = _Reads(self._readers, lambda: viewer.tenant)
        try:
            yield replace(context, viewer=viewer, reading=reads, loaders={})
        finally:
            await reads.give_back()

    async def _as_of_now(self, viewer: Viewer) -> Viewer:
        """The viewer with the role he has now: a socket may be older than the last change of it. A key that was revoked may do nothing."""
        if viewer.service_key:
            key = await self._keys.now(viewer.service_key)
            return replace(viewer, granted=key.permissions if key else frozenset())
        if viewer.person_id is None or viewer.organization_id is None:
            return viewer
        member = await self._tenants.membership(viewer.organization_id, viewer.person_id)
        role = acting(member.role if member else None, viewer.limits)
        is_platform_admin = viewer.limits is None and await self._tenants.is_platform_admin(viewer.person_id)
        if (role, is_platform_admin) == (viewer.role, viewer.is_platform_admin):
            return viewer
        return replace(viewer, role=role, is_platform_admin=is_platform_admin)

    def _work(self, viewer: Viewer) -> AbstractAsyncContextManager[Work]:
        # What this process remembers of roles is forgotten before anybody is told that they have changed.
        forget = self._tenants.forget
        return writing(self._pool, viewer.tenant, current_correlation_id(), new_id, self._outside.vault, viewer.acting, forget)

    def _accounts(self) -> AbstractAsyncContextManager[AccountWork]:
        informed = Informed(self._visitors.forget, self._tenants.forget)
        return accounting(self._system_pool, self._outside.vault, new_id, current_correlation_id(), informed)


class _Reads:
    """The door to an operation's read work, which the first batch opens."""

    def __init__(self, readers: Readers, tenant: Callable[[], UUID]) -> None:
        self._readers = readers
        self._tenant = tenant
        self._current: ReadWork | None = None

    def __call__(self) -> AbstractAsyncContextManager[Reading]:
        if self._current is None:
            self._current = ReadWork(self._readers, self._tenant())
        return self._current.reading()

    async def give_back(self) -> None:
        """Close the read work; the next batch opens another."""
        current, self._current = self._current, None
        if current is not None:
            await current.close()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a caller said of himself."""

    authorization: str | None
    asked: Asked
    cart: str | None
    languages: str


def _said(connection: HTTPConnection, init: Mapping[str, object]) -> _Said:
    headers = connection.headers
    cart = _text(init.get("cart")) or headers.get("x-cart")
    if cart and not _CART.fullmatch(cart):
        raise Refused(CartInvalid())
    return _Said(
        authorization=_text(init.get("authorization")) or headers.get("authorization"),
        asked=Asked.of(connection, _text(init.get("organization"))),
        cart=cart or None,
        languages=headers.get("accept-language", ""),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
