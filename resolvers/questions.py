"""Questions: ask something at an event, ask it otherwise, archive and order them; and reading them for many events at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import questions as rules
from domain.activity import Activity, changes_between
from domain.copying import Copy
from domain.events import Event, expect_not_archived
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import Fact
from domain.questions import ArchiveQuestion, CreateQuestion, Question, ReorderQuestions, UpdateQuestion
from domain.ticket_types import TicketType, open_to
from domain.work import Work

from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.ticket_types import sees_hidden


async def create_question(ctx: Context, ask: CreateQuestion) -> Question:
    """The new question of an event; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return rules.found((await work.questions.get_many([before]))[0])
        expect_not_archived(event.status)
        others = await work.questions.for_change(event.id)
        question = rules.create(ctx.new_id(), ask, others, await _types(work, event.id))
        await work.questions.add([question])
        await once(work.answers, key, question.id)
        await _note(ctx, work, "question:created", event, None, question)
    return question


async def update_question(ctx: Context, ask: UpdateQuestion) -> Question:
    """The question as it is asked from now on; what was answered stays."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, others = await _locked(work, ask.question_id)
        changed = rules.update(here, ask, others, await _types(work, event.id))
        await work.questions.keep([changed])
        await _note(ctx, work, "question:updated", event, here, changed)
    return changed


async def archive_question(ctx: Context, ask: ArchiveQuestion) -> Question:
    """The question, which nobody is asked any more; what was answered stays."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, others = await _locked(work, ask.question_id)
        archived = rules.archive(here, ask.expected_version, others, work.now)
        if archived is not here:
            await work.questions.keep([archived])
            await _note(ctx, work, "question:archived", event, here, archived)
    return archived


async def reorder_questions(ctx: Context, ask: ReorderQuestions) -> Event:
    """The event whose questions stand in the order asked for."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        expect_not_archived(event.status)
        questions = await work.questions.for_change(event.id)
        before = {each.id: each for each in questions}
        moved = rules.reorder(questions, ask.question_ids)
        await work.questions.keep(moved)
        for each in moved:
            await _note(ctx, work, "question:updated", event, before[each.id], each)
    return event


async def copy_questions(ctx: Context, work: Work, source: Event, types: Sequence[TicketType], copy: Copy) -> None:
    """Ask at a copy of an event what its source asks."""
    [questions] = await work.questions.of_events([source.id])
    if questions:
        new_types = {old.id: new.id for old, new in zip(types, copy.ticket_types, strict=True)}
        await work.questions.add(rules.copied(questions, copy.event.id, new_types, ctx.new_id))


async def questions_of_events(ctx: Context, event_ids: Sequence[UUID], args: Mapping[str, object]) -> list[Sequence[Question]]:
    """For each event the questions that this viewer may know of; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        found = await reading.questions.of_events(event_ids)
    seen = await _shown(ctx, event_ids, found)
    return seen if args.get("archived") else [rules.open_ones(some) for some in seen]


async def questions_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Question | None]:
    """The questions by id that this viewer may know of, of events he may see; None for the others."""
    async with ctx.reading() as reading:
        found = [each for each in await reading.questions.get_many(ids) if each]
    events = [event.id for event in await events_by_id(ctx, list(dict.fromkeys(each.event_id for each in found)), {}) if event]
    seen = await _shown(ctx, events, [[each for each in found if each.event_id == event] for event in events])
    by_id = {each.id: each for some in seen for each in some}
    return [by_id.get(each) for each in ids]


async def _shown(ctx: Context, event_ids: Sequence[UUID], questions: Sequence[Sequence[Question]]) -> list[Sequence[Question]]:
    """The staff see all, the public what it may be asked."""
    if sees_hidden(ctx) or not any(questions):
        return [*questions]
    async with ctx.reading() as reading:
        types = await reading.ticket_types.of_events(event_ids)
    open_types = [{each.id for each in open_to(some, staff=False)} for some in types]
    return [rules.shown_to_public(some, visible) for some, visible in zip(questions, open_types, strict=True)]


async def _types(work: Work, event_id: UUID) -> list[UUID]:
    [types] = await work.ticket_types.of_events([event_id])
    return [each.id for each in types]


async def _locked(work: Work, question_id: UUID) -> tuple[Event, Question, list[Question]]:
    """The question with its event, which stays locked until the work ends, and all questions of the event; refused with NotFound."""
    seen = rules.found((await work.questions.get_many([question_id]))[0])
    event = await work.events.for_change(seen.event_id)
    expect_not_archived(event.status)
    questions = await work.questions.for_change(event.id)
    return event, rules.chosen(questions, question_id), questions


async def _note(ctx: Context, work: Work, deed: str, event: Event, before: Question | None, after: Question) -> None:
    """Note in the event's log what became of a question."""
    about: dict[str, dict[str, Fact]] = {"question_id": {"old": str(after.id) if before else None, "new": str(after.id)}}
    changes = about | changes_between(before, after, Question)
    await work.activity.add(Activity(ctx.new_id(), event.id, ctx.viewer.person_id, deed, event.version, changes, work.now))
