"""A mail server that refuses, hangs up and asks for a password, as real ones do; and certificates that nobody else vouches for."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PASSWORD = "open sesame: 100 %"
ANSWERS = {
    "nobody@buyer.example": "550 5.1.1 <nobody@buyer.example> is unknown here",
    "later@buyer.example": "451 4.7.1 <later@buyer.example> come back later",
}


class StubbornServer:
    """Takes mails but for a few addresses; at `gone@…` it hangs up in the middle, at `slow@…` it falls asleep. Counts its connections."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, password: str | None = None) -> None:
        self._tls, self._password = tls, password
        self.answers = dict(ANSWERS)
        self.connections = 0
        self.taken: list[str] = []
        self.secured: list[bool] = []
        self.url = ""
        self._conversations: list[SMTP] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["StubbornServer"]:
        """Answer on a port of the loopback interface."""
        server = await asyncio.get_running_loop().create_server(self._conversation, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            # Where TLS fails aiosmtpd forgets the connection below it.
            for transport in (each._original_transport or each.transport for each in self._conversations):
                if transport is not None:
                    transport.close()
            await asyncio.sleep(0)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """Refuse some."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take it, or hang up."""
        self.secured.append(session.ssl is not None)
        if envelope.rcpt_tos[0].startswith("gone@"):
            assert server.transport is not None
            server.transport.close()
        elif envelope.rcpt_tos[0].startswith("slow@"):
            await asyncio.sleep(60)
        else:
            self.taken.append(envelope.rcpt_tos[0])
        return "250 Taken"

    def _conversation(self) -> SMTP:
        self.connections += 1
        conversation = SMTP(
            self,
            hostname="localhost",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            auth_required=self._password is not None,
            authenticator=self._let_in,
        )
        self._conversations.append(conversation)
        return conversation

    def _let_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and self._password == given.password.decode()
        return AuthResult(success=right, handled=False)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for 127.0.0.1, and the context of a client that trusts it."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, None)
    )
    file = folder / "mail.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=signed.public_bytes(Encoding.PEM).decode())
