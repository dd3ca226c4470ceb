"""Brings up one whole TicketBase on one machine, watches over its processes, and takes it down in good order."""
