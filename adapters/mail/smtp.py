"""Mail by SMTP."""

from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException


class MailUnavailable(Exception):
    """The mail server does not answer."""


class Mailer:
    """Speaks to one SMTP server, named as `smtp://user:password@host:port` or `smtps://…`."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        secure = address.scheme == "smtps"
        self._host = address.hostname or "localhost"
        self._port = address.port or (465 if secure else 587)
        self._secure = secure
        self._user = unquote(address.username) if address.username else None
        self._password = unquote(address.password) if address.password else None

    async def check(self) -> None:
        """Raise MailUnavailable unless the server greets us and lets us in."""
        client = SMTP(hostname=self._host, port=self._port, use_tls=self._secure, username=self._user, password=self._password, timeout=3)
        try:
            async with client:
                await client.noop()
        except (SMTPException, OSError) as fault:
            raise MailUnavailable(f"the mail server does not answer: {type(fault).__name__}") from fault
