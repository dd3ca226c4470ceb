"""What TicketBase is measured against: the same answers from servers written as one would write them with other tools."""
