"""Streams as server-sent events: one operation per connection, which the graphql-sse protocol calls "distinct connections mode".

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. What is wrong with the operation is told by events, too. Each live message
has its resume token as event id, which browsers send back in `Last-Event-ID` when they connect again.
"""

from collections.abc import Mapping

from gateway.graphql.answers import Denied
from gateway.graphql.prepared import Prepared
from gateway.transports.cohorts import End, Message
from gateway.transports.exchange import Exchange
from gateway.transports.streams import Streams
from resolvers.context import Context


class ServerSentEvents:
    """Carries streams to clients that accept `text/event-stream`."""

    media_type = "text/event-stream"
    content_type = "text/event-stream; charset=utf-8"
    # The second keeps nginx from collecting the stream before it passes it on.
    headers: Mapping[str, str] = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    opening = b":\n\n"
    sign_of_life = b":\n\n"

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def serve(self, exchange: Exchange, prepared: Prepared | Denied, context: Context) -> None:
        """Answer to the end of the stream, or until the client is gone."""
        await self._streams.carry(exchange, self, prepared, context, exchange.request.headers.get("last-event-id"))

    def write(self, message: Message) -> bytes:
        """The event `next`."""
        event = b"event: next\ndata: %b\n\n" % message.payload
        return b"id: %b\n%b" % (message.resume_token.encode(), event) if message.resume_token else event

    def write_end(self, end: End) -> bytes:
        """The errors as a last `next`, then the event `complete`; its empty data makes browsers notice it."""
        errors = b"" if end.errors is None else b'event: next\ndata: {"errors":%b}\n\n' % end.errors
        return errors + b"event: complete\ndata:\n\n"
