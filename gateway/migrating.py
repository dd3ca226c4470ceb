"""Brings a database up to date as its owner: runs each step in `migrations/` that has not run there yet."""

from urllib.parse import urlsplit

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.postgres.tables import metadata
from gateway.database import CANNOT_CONNECT, DatabaseRefused, cannot_connect
from gateway.environment import Secret
from migrations import FOLDER

# Any number will do, as long as nobody else's advisory locks use it.
LOCK = 7_420_001
INSUFFICIENT_PRIVILEGE = "42501"


async def migrate(owner_url: Secret | None) -> tuple[str | None, str | None]:
    """Migrate to the newest step; the steps before and after. Two at once wait for each other. Raises DatabaseRefused.

    All steps run in one transaction: either the database is up to date afterwards, or it is as it was.
    """
    if owner_url is None:
        raise DatabaseRefused("DATABASE_OWNER_URL is not set: name the role that owns the tables, postgresql://ticketbase_owner:…")
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(owner_url.reveal()), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_upgrade)
    except CANNOT_CONNECT as error:
        raise cannot_connect("DATABASE_OWNER_URL", owner_url, error) from error
    except CommandError as error:
        raise DatabaseRefused(str(error)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise
        role = urlsplit(owner_url.reveal()).username
        told = f"Role {role} may not make or change the tables: use the role that owns them, ticketbase_owner, in DATABASE_OWNER_URL."
        raise DatabaseRefused(told) from error
    finally:
        await engine.dispose()


def config_for(connection: Connection) -> Config:
    """Alembic's configuration, which elsewhere is in alembic.ini."""
    config = Config(attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> tuple[str | None, str | None]:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = MigrationContext.configure(connection).get_current_revision()
    command.upgrade(config_for(connection), "head")
    return before, MigrationContext.configure(connection).get_current_revision()
