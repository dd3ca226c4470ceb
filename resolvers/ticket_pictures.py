"""Pictures of the QR codes of tickets, for whoever may see the ticket."""

from uuid import UUID

from domain.orders import Order
from domain.refusals import Refused
from domain.secrets import digest
from domain.tickets import Ticket, holder_of
from domain.tickets.pictures import LARGEST_PICTURE, MEDIA_TYPES, PictureKind, picture_key

from resolvers.context import Context
from resolvers.tickets import qr_texts, tickets_by_id


async def ticket_picture(ctx: Context, ticket_id: UUID, kind: PictureKind, secret: str | None) -> bytes | None:
    """The picture of the ticket's code; None for a ticket that there is not, or that neither the viewer nor the order's secret may see."""
    [ticket] = await tickets_by_id(ctx, [ticket_id], {})
    ticket = ticket or await _opened_by(ctx, ticket_id, secret)
    if ticket is None:
        return None
    [qr] = await qr_texts(ctx, [ticket.code_facts], {})
    return await _stored(ctx, qr.text, kind)


async def _opened_by(ctx: Context, ticket_id: UUID, secret: str | None) -> Ticket | None:
    """The ticket if it is of the order that the secret opens, and still its buyer's."""
    async with ctx.reading() as reading:
        [order] = await reading.orders.by_secrets([digest(secret or "")])
        [ticket] = await reading.tickets.get_many([ticket_id])
        [line] = await reading.orders.lines([ticket.order_line_id] if ticket and ticket.order_line_id else []) or [None]
    return ticket if _belongs(order, ticket) and order and line and line.order_id == order.id else None


def _belongs(order: Order | None, ticket: Ticket | None) -> bool:
    return order is not None and ticket is not None and ticket.holder == holder_of(order)


async def _stored(ctx: Context, text: str, kind: PictureKind) -> bytes:
    """The picture as it was drawn before, or drawn now; whoever stands at a door gets it while the object storage is away, too."""
    key = picture_key(ctx.viewer.tenant, text, kind)
    try:
        picture = await ctx.outside.storage.read(key, LARGEST_PICTURE)
        if picture is None:
            picture = ctx.outside.qr_pictures.picture(text, kind)
            await ctx.outside.storage.keep_new(key, picture, MEDIA_TYPES[kind])
    except Refused:
        return ctx.outside.qr_pictures.picture(text, kind)
    return picture
