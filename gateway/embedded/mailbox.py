"""The catcher of mails as a service: what TicketBase sends to its SMTP port is shown on its page and goes nowhere."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import httpx

import gateway
from gateway.embedded.faults import not_installed
from gateway.embedded.process import Program, plain_environment
from gateway.embedded.service import Service

SOURCES = Path(gateway.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class MailAddresses:
    """Where mails are sent to, and the page that shows them."""

    smtp: str
    page: str

    def environment(self) -> Mapping[str, str]:
        """SMTP_URL."""
        return {"SMTP_URL": self.smtp}


class Mailbox(Service):
    """The catcher of mails. Its folder holds its ports and its log; the mails are in memory and go with it."""

    name: ClassVar[str] = "mail"
    title: ClassVar[str] = "The mail catcher"
    grace: ClassVar[float] = 3

    async def start(self) -> MailAddresses:
        """Start it and wait until its page answers, which it does after the SMTP port."""
        if find_spec("aiosmtpd") is None:
            raise not_installed("the mail catcher")
        async with self._own_folder() as lock:
            ports = self._reserve("smtp", "page")
            command = (sys.executable, "-P", "-m", "gateway.embedded.mail", str(ports["smtp"]), str(ports["page"]))
            # It finds the very sources that this process runs from, wherever these were found.
            environment = plain_environment(HOME=os.devnull, PYTHONPATH=str(SOURCES))
            # It writes nothing and is Python, which a plain user may be unable to read where root installed it: so it stays who we are.
            run = Program(self.name, command, self.log, environment, self.owner, folder=self.folder, files=(lock,))
            addresses = MailAddresses(f"smtp://127.0.0.1:{ports['smtp']}", f"http://127.0.0.1:{ports['page']}/")
            async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
                with self._begun(run) as process:
                    if not await process.ready(lambda: _answers(client, addresses.page), within=30):
                        raise process.failure(self.title)
        return addresses


async def _answers(client: httpx.AsyncClient, page: str) -> bool:
    try:
        return (await client.get(page)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
