"""Service keys: make one, revoke it, list them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import members
from domain import service_keys as rules
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.secrets import digest
from domain.service_keys import CreateServiceKey, ServiceKey
from domain.work import Work

from resolvers.context import Context


async def create_service_key(ctx: Context, ask: CreateServiceKey) -> tuple[ServiceKey, str | None]:
    """The new key and its secret, which is shown this once; the same idempotency key again gets the key without it."""
    ctx.viewer.require(Permission.SERVICE_KEYS_MANAGE)
    key, secret = ask.key(ctx.viewer.actor), rules.write_secret(ctx.new_token())
    async with ctx.work() as work:
        if before := await earlier(work.answers, key):
            return rules.found((await work.service_keys.get_many([before]))[0]), None
        made = rules.create(ctx.new_id(), secret, ask, await _allowed_now(ctx, work), ctx.viewer.person, work.now)
        await work.service_keys.add(made, digest(secret))
        await once(work.answers, key, made.id)
        work.announce(rules.key_news("service_key:created", made.id, ctx.viewer.person))
        [kept] = await work.service_keys.get_many([made.id])
    return rules.found(kept), secret


async def revoke_service_key(ctx: Context, key_id: UUID) -> ServiceKey:
    """The key, which is worth nothing from now on; again is the same."""
    ctx.viewer.require(Permission.SERVICE_KEYS_MANAGE)
    async with ctx.work() as work:
        await _allowed_now(ctx, work)
        if await work.service_keys.revoke(key_id, work.now):
            work.announce(rules.key_news("service_key:revoked", key_id, ctx.viewer.person))
        [kept] = await work.service_keys.get_many([key_id])
    return rules.found(kept)


async def service_keys_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[ServiceKey | None]:
    """The keys by id; None for those who may not manage keys."""
    if not ctx.viewer.may(Permission.SERVICE_KEYS_MANAGE):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.service_keys.get_many(ids)


async def own_service_key(ctx: Context) -> ServiceKey | None:
    """The key that the viewer shows; None for people."""
    if ctx.viewer.service_key is None:
        return None
    async with ctx.reading() as reading:
        return (await reading.service_keys.get_many([ctx.viewer.service_key]))[0]


async def list_service_keys(ctx: Context, page: Page) -> Slice[ServiceKey]:
    """One page of the keys, the newest first."""
    ctx.viewer.require(Permission.SERVICE_KEYS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.service_keys.page(page)


async def count_service_keys(ctx: Context) -> int:
    """How many there are, counted up to 10,000."""
    ctx.viewer.require(Permission.SERVICE_KEYS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.service_keys.count(COUNTED_AT_MOST)


async def _allowed_now(ctx: Context, work: Work) -> frozenset[Permission]:
    """What the viewer may do at this moment, locked: a key lasts longer than what is remembered of a role that was taken away."""
    allowed = members.powers(ctx.viewer, await work.members.for_change([ctx.viewer.person]))
    members.expect(allowed, Permission.SERVICE_KEYS_MANAGE)
    return allowed
