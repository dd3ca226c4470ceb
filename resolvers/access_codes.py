"""Access codes: make one, revoke it, list an event's; and what the codes that somebody shows open to him."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import access_codes as rules
from domain.access_codes import AccessCode, CreateAccessCode, Shown
from domain.activity import Activity
from domain.events import Event, expect_not_archived
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import Fact
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.throttling import refuse_until
from domain.work import Work

from resolvers.context import Context


async def create_access_code(ctx: Context, ask: CreateAccessCode) -> AccessCode:
    """The new code of an event; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return rules.found((await work.access_codes.get_many([before]))[0])
        expect_not_archived(event.status)
        types, _ = await work.ticket_types.for_change(event.id)
        code = rules.create(ctx.new_id(), ctx.new_token(), ask, types, ctx.viewer.actor, work.now)
        await work.access_codes.add(code)
        await once(work.answers, key, code.id)
        await note_access_code(ctx, work, "access_code:created", event, code)
    return code


async def revoke_access_code(ctx: Context, access_code_id: UUID) -> AccessCode:
    """The code, which opens nothing from now on; what was held with it stays held."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        seen = rules.found((await work.access_codes.get_many([access_code_id]))[0])
        event = await work.events.for_change(seen.event_id)
        code = await work.access_codes.for_change(access_code_id)
        if code.revoked_at is None:
            expect_not_archived(event.status)
            code = rules.revoke(code, work.now)
            await work.access_codes.keep_revoked(code)
            await note_access_code(ctx, work, "access_code:revoked", event, code)
    return code


async def access_codes_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[AccessCode | None]:
    """The codes by id; None for those who may not manage tickets."""
    if not ctx.viewer.may(Permission.TICKETS_MANAGE):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.access_codes.get_many(ids)


async def list_access_codes(ctx: Context, event_id: UUID, page: Page) -> Slice[AccessCode]:
    """One page of an event's codes, the oldest first; none of an event that there is not."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.access_codes.page(event_id, page)


async def count_access_codes(ctx: Context, event_id: UUID) -> int:
    """How many codes an event has, counted up to 10,000."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.access_codes.count(event_id, COUNTED_AT_MOST)


async def codes_shown(ctx: Context, event_ids: Sequence[UUID], codes: Sequence[str]) -> Sequence[Shown]:
    """What the codes that the viewer shows open of these events; wrong ones open nothing, and too many wrong ones are refused."""
    if not codes:
        return []
    tries = rules.tries(ctx.viewer, event_ids)
    refuse_until(await ctx.outside.throttle.take(tries))
    words = rules.shown(codes)
    async with ctx.reading() as reading:
        matching = await reading.access_codes.matching(event_ids, words)
    if rules.all_known(words, codes, matching):
        await ctx.outside.throttle.give_back(tries)
    return matching


async def unlocked_by(ctx: Context, event_ids: Sequence[UUID], code: object) -> frozenset[UUID]:
    """The hidden ticket types of these events that the access code in an argument opens to the viewer."""
    return rules.unlocked(await codes_shown(ctx, event_ids, [str(code)] if code else []))


async def note_access_code(ctx: Context, work: Work, deed: str, event: Event, code: AccessCode) -> None:
    """Note the deed in the event's log, without the code itself."""
    facts: dict[str, dict[str, Fact]] = {
        "access_code_id": {"old": None, "new": str(code.id)},
        "label": {"old": None, "new": code.label},
        "ticket_type_ids": {"old": None, "new": [str(each) for each in code.ticket_type_ids]},
    }
    await work.activity.add(Activity(ctx.new_id(), event.id, ctx.viewer.person_id, deed, event.version, facts, work.now))
