"""Sets up TicketBase's database and its three roles, none of which may pass row security by its rank."""

from collections.abc import Mapping

import asyncpg

DATABASE = "ticketbase"
PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT"


async def set_up_roles(superuser: str, *, owner: tuple[str, str], others: Mapping[str, str]) -> None:
    """Make what is absent and put right what differs: database, roles with their passwords, the schema's owner."""
    connection = await asyncpg.connect(superuser)
    try:
        for role, password in (owner, *others.items()):
            await _set_up_role(connection, role, password)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {owner[0]}")
        await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
        await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {', '.join(others)}")
    finally:
        await connection.close()
    connection = await asyncpg.connect(superuser, database=DATABASE)
    try:
        await connection.execute(f"ALTER SCHEMA public OWNER TO {owner[0]}; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    finally:
        await connection.close()


async def _set_up_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    # Passwords of ours are base64url, so they need no quoting; utility statements take no parameters.
    await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role} {PLAIN} PASSWORD '{password}'")
