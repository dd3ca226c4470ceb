"""The tables that the vanilla rival reads, as SQLAlchemy's ORM maps them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Model(DeclarativeBase):
    """What every model descends from."""

    type_annotation_map: ClassVar = {dict[str, Any]: JSONB}


class EventModel(Model):
    """A row of events."""

    __tablename__ = "events"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[dict[str, Any]]
    status: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    time_zone: Mapped[str]
    venue_id: Mapped[UUID | None]
    version: Mapped[int]


class VenueModel(Model):
    """A row of venues."""

    __tablename__ = "venues"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str]


class TicketTypeModel(Model):
    """A row of ticket_types."""

    __tablename__ = "ticket_types"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    name: Mapped[dict[str, Any]]
    price_minor: Mapped[int]
    currency: Mapped[str]
    position: Mapped[int]


class PoolModel(Model):
    """A row of pools."""

    __tablename__ = "pools"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    name: Mapped[str]
    capacity: Mapped[int]
    held: Mapped[int]
    sold: Mapped[int]


class HoldModel(Model):
    """A row of holds."""

    __tablename__ = "holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    buyer: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class HoldLineModel(Model):
    """A row of hold_lines."""

    __tablename__ = "hold_lines"

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_type_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[int]


class OrderModel(Model):
    """A row of orders."""

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    buyer: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime]
    total_minor: Mapped[int]
    currency: Mapped[str]


class OrderLineModel(Model):
    """A row of order_lines."""

    __tablename__ = "order_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    position: Mapped[int]
    price_minor: Mapped[int]


class TicketModel(Model):
    """A row of tickets."""

    __tablename__ = "tickets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_line_id: Mapped[UUID]
    event_id: Mapped[UUID]
    ticket_type_id: Mapped[UUID]
    code: Mapped[str]
    status: Mapped[str]
