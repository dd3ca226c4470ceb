"""Runs the migrations on the connection it is handed; `ticketbase migrate` calls it, there is no alembic.ini."""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], target_metadata=attributes.get("metadata"), transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
