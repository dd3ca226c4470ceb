"""Images: let one be uploaded, look at the file and make it anew, describe, order and remove; and reading them for many events at once."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from domain import images as rules
from domain.events import expect_not_archived, found
from domain.identity import Permission
from domain.images import Examined, Image, ReorderImages, RequestImageUpload, UpdateImage
from domain.pictures import VARIANT_TYPE, ImageFault, Picture
from domain.refusals import Refused
from domain.storage import Invitation, StorageUnreachable
from domain.work import Work

from resolvers.context import Context
from resolvers.events import events_by_id


async def request_image_upload(ctx: Context, ask: RequestImageUpload) -> tuple[Image, Invitation]:
    """The image that waits for its file, and the invitation to upload it."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.work() as work:
        await _expect_editable(work, ask.event_id)
        shelf = await work.images.shelf(ask.event_id)
        image = rules.request(ctx.new_id(), ask, shelf, shelf.quota(ctx.outside.image_quota), ctx.viewer.someone, work.now)
        await work.images.keep_new(image)
    place = rules.quarantined(ctx.viewer.tenant, image.id)
    return image, ctx.outside.storage.invite(place, image.content_type, image.byte_size)


async def finish_image_upload(ctx: Context, image_id: UUID) -> Image:
    """The image, READY; finishing it again changes nothing. The transaction is short: the file is looked at before it."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.reading() as reading:
        known = rules.known((await reading.images.get_many([image_id]))[0])
        event = found((await reading.events.get_many([known.event_id]))[0], ("input", "imageId"))
    rules.expect_to_finish(known, event)
    examined = await _examine(ctx, known) if rules.waits(known) else None
    async with ctx.work() as work:
        event = await work.events.for_change(known.event_id)
        shelf = await work.images.shelf(known.event_id)
        image = await work.images.for_change(image_id)
        rules.expect_to_finish(image, event)
        settled = rules.settle(image, examined, shelf.used_bytes, shelf.quota(ctx.outside.image_quota))
        await _keep(work, [image], [settled])
    await _discard(ctx, rules.quarantined(ctx.viewer.tenant, image_id))
    return rules.accepted(settled)


async def update_image(ctx: Context, ask: UpdateImage) -> Image:
    """The image, described in other words."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.work() as work:
        before = await _for_change(work, ask.image_id)
        image = rules.describe(before, ask.expected_version, ask.alt)
        await _keep(work, [before], [image])
    return image


async def reorder_images(ctx: Context, ask: ReorderImages) -> UUID:
    """The event whose images stand in the order asked for."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.work() as work:
        await _expect_editable(work, ask.event_id)
        shelf = await work.images.shelf(ask.event_id)
        moved = rules.reorder(shelf.gallery, ask.image_ids)
        before = {each.id: each for each in shelf.gallery}
        await _keep(work, [before[each.id] for each in moved], moved)
    return ask.event_id


async def remove_image(ctx: Context, image_id: UUID) -> UUID:
    """The image that is gone, with its files."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.work() as work:
        image = await _for_change(work, image_id)
        await work.images.remove(image.id)
        _announce(work, [(image, None)])
    await _discard(ctx, rules.quarantined(ctx.viewer.tenant, image_id), rules.shelved(ctx.viewer.tenant, image_id))
    return image_id


async def images_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[Image]]:
    """For each event the images this viewer may see; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        galleries = await reading.images.of_events(event_ids)
    return [[each for each in _visible(ctx, gallery) if each] for gallery in galleries]


async def images_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Image | None]:
    """The images by id that this viewer may see, of events he may see; None for the others."""
    async with ctx.reading() as reading:
        found = _visible(ctx, await reading.images.get_many(ids))
    events = await events_by_id(ctx, [each.event_id for each in found if each], {})
    seen = {event.id for event in events if event}
    return [each if each and each.event_id in seen else None for each in found]


async def _expect_editable(work: Work, event_id: UUID) -> None:
    """Lock the event, before its images and their shelf; refused with NotFound, or with EventNotEditable when it is archived."""
    event = await work.events.for_change(event_id)
    expect_not_archived(event.status)


async def _for_change(work: Work, image_id: UUID) -> Image:
    """The image of an event that may change; neither changes elsewhere until the work ends."""
    seen = rules.known((await work.images.get_many([image_id]))[0])
    await _expect_editable(work, seen.event_id)
    return await work.images.for_change(image_id)


async def _keep(work: Work, before: Sequence[Image], after: Sequence[Image]) -> None:
    await work.images.keep(after)
    _announce(work, zip(before, after, strict=True))


def _announce(work: Work, changes: Iterable[tuple[Image, Image | None]]) -> None:
    for before, after in changes:
        for news in rules.news_of(before, after):
            work.announce(news)


async def _examine(ctx: Context, image: Image) -> Examined | None:
    """What lies in quarantine, None when nothing does; a picture is on its shelf when this answers."""
    original = await ctx.outside.storage.read(rules.quarantined(ctx.viewer.tenant, image.id), image.byte_size + 1)
    if original is None:
        return None
    outcome: Picture | ImageFault = rules.fault_of_size(image, original) or await ctx.outside.pictures.remake(original, image.content_type)
    for drawing in outcome.drawings if isinstance(outcome, Picture) else ():
        key = rules.variant_key(ctx.viewer.tenant, image.id, rules.sha256_of(drawing.body))
        await ctx.outside.storage.keep_new(key, drawing.body, VARIANT_TYPE)
    return Examined(rules.sha256_of(original), outcome)


async def _discard(ctx: Context, *prefixes: str) -> None:
    """Delete now what can be; the worker comes for the rest, so what was decided stands without an answering storage."""
    try:
        for prefix in prefixes:
            await ctx.outside.storage.discard(prefix)
    except Refused as no:
        if not isinstance(no.refusal, StorageUnreachable):
            raise


def _visible(ctx: Context, images: Sequence[Image | None]) -> list[Image | None]:
    unfinished = ctx.viewer.may(Permission.EVENTS_UPDATE)
    return [rules.visible(image, unfinished=unfinished) for image in images]
