"""What is answered of orders: taken with a cart, changed with who comes, sealed where a question says so, read by who may."""

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from uuid import UUID

from domain import orders as rules
from domain import questions as question_rules
from domain.identity import Permission
from domain.news import Fact
from domain.orders import Admission, Bill, CheckOutCart, Order, OrderFilter, OrderLine, Said, UpdateAttendees
from domain.questions import Answered, KeptAnswer, Question, ShownAnswer, Values
from domain.work import Work

from resolvers.context import Context


async def questions_of(work: Work, event_ids: Collection[UUID]) -> list[Question]:
    """All questions of these events."""
    return list(chain.from_iterable(await work.questions.of_events(sorted(set(event_ids)))))


async def answered(work: Work, ask: CheckOutCart, admissions: Sequence[Admission]) -> tuple[Said, Sequence[Question]]:
    """What the wish answers to the questions of its events, and these; refused with AnswersInvalid."""
    questions = await questions_of(work, [each.event_id for each in admissions])
    return rules.answers_of(ask, admissions, questions), questions


async def keep_answers(ctx: Context, work: Work, bill: Bill, said: Said, questions: Sequence[Question]) -> None:
    """Write what is answered of a new order, whose lines stand in the order of the admissions."""
    by_id = {each.id: each for each in questions}
    about = [(bill.order.id, said.of_order), *zip((line.id for line in bill.lines), said.of_admissions, strict=True)]
    kept = [
        _sealed(ctx, KeptAnswer(bill.order.id, about_id, question_id, values), by_id[question_id])
        for about_id, answers in about
        for question_id, values in answers.items()
    ]
    await work.questions.keep_answers(kept)


async def change_answers(
    ctx: Context, work: Work, bill: Bill, ask: UpdateAttendees, begun: Collection[UUID], *, staff: bool
) -> Mapping[str, Fact]:
    """Write what the wish answers of the order and its lines, and tell what changed for the history."""
    about = [each.line_id for each in ask.attendees if each.answers is not None]
    about += [bill.order.id] if ask.answers is not None else []
    if not about:
        return {}
    questions = await questions_of(work, [line.event_id for line in bill.lines])
    by_id = {each.id: each for each in questions}
    kept = await work.questions.answers_about(about)
    before = {each: {answer.question_id: _opened(ctx, answer) for answer in some} for each, some in zip(about, kept, strict=True)}
    after = rules.update_answers(bill, ask, questions, before, begun, staff=staff)
    written = [
        _sealed(ctx, KeptAnswer(bill.order.id, each.about_id, question_id, values), by_id[question_id])
        for each in after
        for question_id, values in each.values.items()
        if before[each.about_id].get(question_id) != values
    ]
    await work.questions.keep_answers(written, [(each.about_id, gone) for each in after for gone in each.gone])
    return rules.told_of_answers(after, before, questions)


async def answers_about(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[ShownAnswer]]:
    """What is answered about each of these orders or lines, which were allowed by whoever loaded them; sealed ones to who may read them."""
    async with ctx.reading() as reading:
        kept = await reading.questions.answers_about(ids)
        if not any(kept):
            return [[] for _ in ids]
        questions = await reading.questions.get_many(list({each.question_id for some in kept for each in some}))
        sealed = {each.order_id for some in kept for each in some if each.values is None}
        orders = await reading.orders.get_many(list(sealed))
    by_id = {each.id: each for each in questions if each}
    own = {order.id for order in orders if order and rules.is_own(order, ctx.viewer)}
    return [[_shown(ctx, each, by_id[each.question_id], own=each.order_id in own) for each in some] for some in kept]


async def questions_to_export(ctx: Context, where: OrderFilter) -> list[tuple[str, Question]]:
    """The questions of the filter's events, or of all, each with its event's slug; archived ones too."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        found = (
            chain.from_iterable(await reading.questions.of_events(where.event_ids)) if where.event_ids else await reading.questions.all()
        )
        questions = list(found)
        events = await reading.events.get_many(list(dict.fromkeys(each.event_id for each in questions)))
    slugs = {event.id: event.slug for event in events if event}
    return [(slugs[each.event_id], each) for each in questions]


async def answers_to_export(ctx: Context, orders: Sequence[tuple[Order, Sequence[OrderLine]]]) -> dict[UUID, Answered]:
    """What is answered about these orders and their lines, by what it is about."""
    ctx.viewer.require(Permission.ORDERS_READ)
    ids = [about for order, lines in orders for about in (order.id, *(line.id for line in lines))]
    async with ctx.reading() as reading:
        kept = await reading.questions.answers_about(ids)
    return {about: {each.question_id: _opened(ctx, each) for each in some} for about, some in zip(ids, kept, strict=True) if some}


def _shown(ctx: Context, answer: KeptAnswer, question: Question, *, own: bool) -> ShownAnswer:
    readable = answer.values is not None or question_rules.may_open(ctx.viewer, own=own)
    return ShownAnswer(question.id, question, _opened(ctx, answer) if readable else None)


def _place(ctx: Context, answer: KeptAnswer) -> str:
    return question_rules.place_of_answer(ctx.viewer.tenant, answer.about_id, answer.question_id)


def _sealed(ctx: Context, answer: KeptAnswer, question: Question) -> KeptAnswer:
    """As it is kept: unreadable where the question says so."""
    if not question.encrypted:
        return answer
    sealed = ctx.outside.vault.seal(json.dumps(answer.values).encode(), bound_to=_place(ctx, answer))
    return KeptAnswer(answer.order_id, answer.about_id, answer.question_id, values_sealed=sealed)


def _opened(ctx: Context, answer: KeptAnswer) -> Values:
    if answer.values_sealed is None:
        return answer.values or ()
    return tuple(json.loads(ctx.outside.vault.open(answer.values_sealed, bound_to=_place(ctx, answer))))
