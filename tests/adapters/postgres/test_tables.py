"""The tables as statements see them are the tables that the migrations make."""

from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.postgres.access_code_tables import access_codes
from adapters.postgres.bus_tables import deliveries
from adapters.postgres.identity_tables import sessions
from adapters.postgres.image_tables import images
from adapters.postgres.letter_tables import letters
from adapters.postgres.member_tables import invitations
from adapters.postgres.order_tables import orders
from adapters.postgres.payment_tables import payments
from adapters.postgres.pricing_tables import promo_codes
from adapters.postgres.question_tables import questions
from adapters.postgres.seat_tables import seats
from adapters.postgres.series_tables import event_series
from adapters.postgres.tables import metadata
from adapters.postgres.ticket_tables import tickets
from adapters.postgres.two_factor_tables import two_factors
from adapters.postgres.vocabulary_tables import event_metadata
from gateway.embedded.postgres import DatabaseAddresses
from gateway.migrating import config_for
from migrations import newest

pytestmark = pytest.mark.asyncio


async def test_a_migrated_database_has_the_tables_that_statements_are_built_from(database: DatabaseAddresses) -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database.owner), poolclass=NullPool)

    async with engine.connect() as connection:
        differences, checks, steps, head = await connection.run_sync(_compare)

    assert differences == []
    assert checks == {
        table.name: {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        for table in metadata.tables.values()
    }
    same = (access_codes, images, letters, seats, event_metadata, event_series, sessions, two_factors, invitations)
    sold = (orders, payments, promo_codes, tickets, deliveries, questions)
    assert all(table.metadata is metadata for table in (*same, *sold))
    assert head == newest()
    assert all(path.endswith(f"{revision}.py") for revision, path in steps)


def _compare(connection: Connection) -> tuple[list[Any], dict[str, set[str]], list[tuple[str, str]], str | None]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    scripts = ScriptDirectory.from_config(config_for(connection))
    inspector = inspect(connection)
    checks = {name: {str(each["name"]) for each in inspector.get_check_constraints(name)} for name in metadata.tables}
    return (
        list(compare_metadata(context, metadata)),
        checks,
        [(step.revision, step.path) for step in scripts.walk_revisions()],
        scripts.get_current_head(),
    )
