"""Streams as the parts of one multipart answer, the subscription protocol of Apollo's clients and router.

https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol. Each part is closed by the boundary that
follows it in the same piece, so that no client waits for the next part to read this one.
"""

from collections.abc import Mapping

from gateway.graphql.answers import Denied
from gateway.graphql.prepared import Prepared
from gateway.transports.cohorts import End, Message
from gateway.transports.exchange import Exchange
from gateway.transports.streams import Streams
from resolvers.context import Context

PART = b"\r\nContent-Type: application/json\r\n\r\n%b\r\n---"


class MultipartSubscriptions:
    """Carries streams to clients that accept `multipart/mixed;subscriptionSpec=1.0`."""

    media_type = "multipart/mixed"
    content_type = 'multipart/mixed; boundary="-"; subscriptionSpec="1.0"'
    headers: Mapping[str, str] = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    opening = b"---"
    sign_of_life = PART % b"{}"

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def serve(self, exchange: Exchange, prepared: Prepared | Denied, context: Context) -> None:
        """Answer to the end of the stream, or until the client is gone."""
        await self._streams.carry(exchange, self, prepared, context)

    def write(self, message: Message) -> bytes:
        """A part with one response."""
        return PART % (b'{"payload":%b}' % message.payload)

    def write_end(self, end: End) -> bytes:
        """The errors as a last part, if any, and the closing boundary."""
        errors = b"" if end.errors is None else PART % (b'{"payload":{"errors":%b}}' % end.errors)
        return errors + b"--\r\n"
