"""The ways in which GraphQL reaches TicketBase: HTTP, WebSocket, server-sent events, multipart, and the page to try it on."""
