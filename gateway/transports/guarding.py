"""Gives every HTTP answer, whoever made it, the headers that keep it where it belongs; those that it has already stay as they are."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.transports.protection import JSON_POLICY, SECURITY_HEADERS

# Two years (RFC 6797). Browsers heed it over HTTPS alone, which ends at the proxy in front.
HTTPS_ONLY = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class Guarded:
    """Wraps the whole application; `https_only` tells browsers to come by HTTPS from now on, which development does not offer."""

    def __init__(self, app: ASGIApp, *, https_only: bool) -> None:
        self._app = app
        guards = {**SECURITY_HEADERS, "Content-Security-Policy": JSON_POLICY}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in guards.items()]
        self._headers += [HTTPS_ONLY] if https_only else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, and see to the headers of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guard(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ())]
                known = {name for name, _ in headers}
                message["headers"] = headers + [each for each in self._headers if each[0] not in known]
            await send(message)

        await self._app(scope, receive, guard)
