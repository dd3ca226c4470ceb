"""The outside: every store, stream and service TicketBase speaks to, one port each."""
