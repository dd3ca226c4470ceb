"""Columns of tables, as SQLAlchemy sees them: the few kinds that nearly every table has."""

from sqlalchemy import Column, DateTime, Integer, Text, Uuid, func


def uuid_column(name: str = "id", *, optional: bool = False) -> Column[object]:
    """An id."""
    return Column(name, Uuid, nullable=optional)


def text_column(name: str, *, optional: bool = False, default: str | None = None) -> Column[str]:
    """Text of any length."""
    return Column(name, Text, nullable=optional, server_default=default)


def time_column(name: str, *, optional: bool = False, now: bool = False) -> Column[object]:
    """A moment; with `now` that of the database where none is given."""
    return Column(name, DateTime(timezone=True), nullable=optional, server_default=func.app_now() if now else None)


def number_column(name: str, *, default: int | None = None, optional: bool = False) -> Column[int]:
    """A whole number of 32 bits."""
    return Column(name, Integer, nullable=optional, server_default=None if default is None else str(default))
