"""The store of images."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

import asyncpg
import orjson

from adapters.postgres.rows import Row, columns_of, facts_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.images import Image, ImageStatus, Shelf, Variant
from domain.pictures import ImageFault
from domain.refusals import NotFound, Refused

COLUMNS = columns_of(Image)
GET_MANY = f"SELECT {COLUMNS} FROM images WHERE id = ANY($1::uuid[])"
OF_EVENTS = f"SELECT {COLUMNS} FROM images WHERE event_id = ANY($1::uuid[]) ORDER BY position, id"
# Whoever locks a row and the shelf locks the shelf first.
FOR_CHANGE = f"SELECT {COLUMNS} FROM images WHERE id = $1 FOR UPDATE"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
GALLERY = f"SELECT {COLUMNS} FROM images WHERE event_id = $1 AND status <> 'REFUSED' ORDER BY position, id FOR UPDATE"
USED = """
SELECT coalesce(sum(counted_bytes), 0)::bigint AS used_bytes, (SELECT image_quota_bytes FROM organizations WHERE id = $1) AS quota_bytes
FROM images
"""
ADD = """
INSERT INTO images (organization_id, id, event_id, position, alt, status, content_type, byte_size, counted_bytes, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
KEEP = """
UPDATE images SET position = new.position, alt = new.alt, status = new.status, fault = new.fault, counted_bytes = new.counted_bytes,
    sha256 = new.sha256, width = new.width, height = new.height, variants = new.variants::jsonb, version = new.version
FROM unnest($1::uuid[], $2::integer[], $3::jsonb[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::integer[], $9::integer[],
    $10::text[], $11::integer[])
    AS new (id, position, alt, status, fault, counted_bytes, sha256, width, height, variants, version)
WHERE images.id = new.id
"""
FORGET = "DELETE FROM images WHERE status <> 'READY' AND created_at < $1"

NEW = attrgetter("id", "event_id", "position", "alt", "status", "content_type", "byte_size", "counted_bytes", "created_at", "created_by")
CHANGEABLE = ("id", "position", "alt", "status", "fault", "counted_bytes", "sha256", "width", "height")


class ImageRow(Row, reads=Image):
    """Reads like an Image."""

    __slots__ = ()

    @property
    def status(self) -> ImageStatus:
        return ImageStatus(self["status"])

    @property
    def fault(self) -> ImageFault | None:
        return ImageFault(self["fault"]) if self["fault"] else None

    @property
    def variants(self) -> tuple[Variant, ...]:
        return tuple(Variant(**each) for each in self["variants"])


class ImageStore:
    """Implements `Images`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[Image | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=ImageRow), ids)

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Image]]:
        """For each event its images by position, then id."""
        rows: list[Image] = await self._connection.fetch(OF_EVENTS, event_ids, record_class=ImageRow)
        return grouped(rows, event_ids, by="event_id")

    async def shelf(self, event_id: UUID) -> Shelf:
        """The room there is; the organization's other works that ask wait until this one ends."""
        await self._connection.execute(LOCK, f"images {self._organization_id}")
        gallery = [_image(row) for row in await self._connection.fetch(GALLERY, event_id, record_class=ImageRow)]
        return Shelf(gallery, **await self._connection.fetchrow(USED, self._organization_id))

    async def for_change(self, image_id: UUID) -> Image:
        """The image; it does not change elsewhere until the work ends."""
        row = await self._connection.fetchrow(FOR_CHANGE, image_id, record_class=ImageRow)
        if row is None:
            raise Refused(NotFound("image", ("input", "imageId")))
        return _image(row)

    async def keep_new(self, image: Image) -> None:
        """Write it."""
        try:
            await self._connection.execute(ADD, self._organization_id, *NEW(image))
        except asyncpg.ForeignKeyViolationError as unknown:
            raise Refused(NotFound("event", ("input", "eventId"))) from unknown

    async def keep(self, images: Sequence[Image]) -> None:
        """Write what may change of them, in one statement."""
        facts = [[getattr(image, name) for image in images] for name in CHANGEABLE]
        # As text: asyncpg takes a list of lists for an array of two dimensions.
        variants = [orjson.dumps(image.variants).decode() for image in images]
        await self._connection.execute(KEEP, *facts, variants, [image.version for image in images])

    async def remove(self, image_id: UUID) -> None:
        """Remove it; the database notes by itself what is to be discarded."""
        await self._connection.execute("DELETE FROM images WHERE id = $1", image_id)

    async def forget_unfinished(self, before: datetime) -> int:
        """Remove what was requested before this time and never became an image."""
        return int((await self._connection.execute(FORGET, before)).rsplit(" ", 1)[1])


def _image(row: ImageRow) -> Image:
    return Image(**facts_of(row, Image))
