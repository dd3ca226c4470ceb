"""Catches every mail that is sent, so that none leaves the machine: `python -m gateway.embedded.mail SMTP_PORT PAGE_PORT`."""

import asyncio
import sys

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.embedded.letters import Letterbox
from gateway.embedded.mail_page import mail_page

LARGEST_MAIL_BYTES = 16 * 1024 * 1024


class Catcher:
    """Takes every mail for everybody; aiosmtpd calls it by the names of the SMTP commands."""

    def __init__(self, letterbox: Letterbox) -> None:
        self._letterbox = letterbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail and say so."""
        content = envelope.original_content or b""
        mail = self._letterbox.put(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        return f"250 Caught as mail {mail.id}"


async def catch(smtp_port: int, page_port: int) -> None:
    """Listen on the loopback interface until a signal ends the page's server."""
    letterbox = Letterbox()

    def conversation() -> SMTP:
        # Without a host name aiosmtpd asks the resolver for ours, which takes seconds where there is none.
        return SMTP(Catcher(letterbox), data_size_limit=LARGEST_MAIL_BYTES, enable_SMTPUTF8=True, hostname="localhost")

    settings = uvicorn.Config(
        mail_page(letterbox), host="127.0.0.1", port=page_port, log_level="warning", access_log=False, lifespan="off", server_header=False
    )
    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", smtp_port)
    async with server:
        await uvicorn.Server(settings).serve()


if __name__ == "__main__":
    asyncio.run(catch(int(sys.argv[1]), int(sys.argv[2])))
