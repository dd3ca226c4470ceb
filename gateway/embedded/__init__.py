"""The services that TicketBase brings along in wheels: PostgreSQL, Valkey, object storage and a catcher of mails."""
