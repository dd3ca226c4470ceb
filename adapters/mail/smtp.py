"""Mail by SMTP."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.errors import MessageError
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException

from adapters.mail.messages import compose, deliverable
from domain.letters import Bounce, Deliver, Mail, MailUnavailable

# Seconds.
TO_CHECK, TO_CONNECT, TO_ANSWER, TO_SEND = 3, 10, 15, 30


class Mailer:
    """Speaks to one SMTP server, named as `smtp://user:password@host:port` or `smtps://…`; implements `domain.letters.PostOffice`.

    Over `smtp://` it changes to TLS where the server offers that; certificates are always checked. `sender` is the address mails come from,
    `within` the seconds that one mail may take.
    """

    def __init__(self, url: str, sender: str = "tickets@localhost", *, tls: ssl.SSLContext | None = None, within: float = TO_SEND) -> None:
        address = urlsplit(url)
        secure = address.scheme == "smtps"
        self._host = address.hostname or "localhost"
        self._port = address.port or (465 if secure else 587)
        self._secure = secure
        self._user = unquote(address.username) if address.username else None
        self._password = unquote(address.password) if address.password else None
        self._sender = sender
        self._tls = tls
        self._within = within

    async def check(self) -> None:
        """Raise MailUnavailable unless the server greets us and lets us in."""
        client = self._client(TO_CHECK)
        try:
            async with client:
                await client.noop()
        except (SMTPException, OSError) as fault:
            raise MailUnavailable(f"the mail server does not answer: {type(fault).__name__}") from fault

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Deliver]:
        """One connection for all mails of the block, made with the first and anew when it is lost."""
        client = self._client(TO_ANSWER)

        async def deliver(mail: Mail) -> Bounce | None:
            await _connected(client)
            return await self._send(client, mail)

        try:
            yield deliver
        finally:
            await _part(client)

    async def _send(self, client: SMTP, mail: Mail) -> Bounce | None:
        try:
            message = compose(mail, self._sender)
            async with asyncio.timeout(self._within):
                await client.send_message(message, sender=self._sender, recipients=[deliverable(mail.to)])
        except SMTPRecipientsRefused as refused:
            return _answered(refused.recipients[0].code)
        except SMTPResponseException as refused:
            return _answered(refused.code)
        except (SMTPNotSupported, MessageError, ValueError) as fault:
            return Bounce(f"it cannot be sent by this server: {type(fault).__name__}", final=True)
        except (SMTPException, OSError) as fault:
            client.close()
            return Bounce(f"the connection was lost: {type(fault).__name__}", final=False)
        return None

    def _client(self, timeout: float) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._secure,
            username=self._user,
            password=self._password,
            timeout=timeout,
            tls_context=self._tls,
            # Without a name it would ask the resolver for ours, which takes seconds where there is none.
            local_hostname=self._sender.rpartition("@")[2],
        )


async def _connected(client: SMTP) -> None:
    if client.is_connected:
        return
    try:
        await client.connect(timeout=TO_CONNECT)
    except (SMTPException, OSError) as fault:
        client.close()
        raise MailUnavailable(f"the mail server does not take mails: {type(fault).__name__}") from fault


async def _part(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit()
    except (SMTPException, OSError):
        client.close()


def _answered(code: int) -> Bounce:
    """What the server said, by its number alone: its words may repeat the address."""
    return Bounce(f"the mail server answered {code}", final=500 <= code < 600)
