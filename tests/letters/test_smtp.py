"""How mails travel: over TLS where it is offered, with a password where it is asked for, in headers that nobody can add to."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from adapters.crypto.identifiers import new_id
from adapters.mail.messages import compose
from adapters.mail.smtp import Mailer
from domain.letter_rendering import render
from domain.letters import Bounce, Mail, MailUnavailable
from tests.letters.conftest import SENDER, Post
from tests.letters.samples import a_letter
from tests.letters.servers import PASSWORD, StubbornServer, certificate

pytestmark = pytest.mark.asyncio


def a_mail(to: str = "ada@buyer.example") -> Mail:
    return render(a_letter(to=to), sender="Jazz Häuser, “Box” <Office>", posted_at=datetime(2040, 6, 1, 18, 6, tzinfo=UTC))


async def deliver(mailer: Mailer, mail: Mail) -> Bounce | None:
    async with mailer.open() as give:
        return await give(mail)


async def test_a_message_has_two_parts_in_utf_8_and_lines_of_seven_bits() -> None:
    mail = a_mail()

    message = compose(mail, SENDER)
    raw = message.as_bytes()
    text, html = message.iter_parts()

    assert message.get_content_type() == "multipart/alternative"
    assert message["From"].addresses[0].display_name == "Jazz Häuser, “Box” <Office>"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Message-ID"] == f"<{mail.id}@box-office.example>"
    assert message["Date"] == "Fri, 01 Jun 2040 18:06:00 +0000"
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert (text.get_content(), html.get_content()) == (mail.text, mail.html)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 98


async def test_the_same_letter_gives_the_same_headers_each_time() -> None:
    mail = a_mail()
    first, second = ([(name, value) for name, value in compose(mail, SENDER).items() if name != "Content-Type"] for _ in range(2))

    assert first == second


EVIL = "a@buyer.example\r\nBcc: all@example.com"


@pytest.mark.parametrize("evil", [replace(a_mail(), subject=EVIL), replace(a_mail(), sender=EVIL), replace(a_mail(), to=EVIL)])
async def test_no_header_can_be_added_by_a_line_break(stubborn: StubbornServer, evil: Mail) -> None:
    bounce = await deliver(Mailer(stubborn.url, SENDER), evil)

    assert bounce is not None
    assert bounce.final
    assert stubborn.taken == []


async def test_foreign_signs_are_allowed_on_both_sides_of_an_address(post: Post, stubborn: StubbornServer) -> None:
    office = Mailer(post.catcher.smtp, SENDER)
    local, name = f"jürgen-{new_id()}", f"ada-{new_id()}"

    assert await deliver(office, a_mail(f"{local}@buyer.example")) is None
    assert await deliver(office, a_mail(f"{name}@käufer.example")) is None

    assert len(await post.caught(f"{local}@buyer.example")) == 1
    assert len(await post.caught(f"{name}@xn--kufer-gra.example")) == 1
    assert await deliver(Mailer(stubborn.url, SENDER), a_mail("jürgen@buyer.example")) == Bounce(
        "it cannot be sent by this server: SMTPNotSupported", final=True
    )


async def test_tls_is_used_where_it_is_offered_and_certificates_are_checked(tmp_path: Path) -> None:
    server_side, trusting = certificate(tmp_path)

    async with StubbornServer(tls=server_side).listening() as server:
        bounce = await deliver(Mailer(server.url, SENDER, tls=trusting), a_mail())
        with pytest.raises(MailUnavailable):
            await deliver(Mailer(server.url, SENDER), a_mail())

    assert (bounce, server.secured, server.taken) == (None, [True], ["ada@buyer.example"])


async def test_a_wrong_password_is_no_letters_fault(tmp_path: Path) -> None:
    server_side, trusting = certificate(tmp_path)

    async with StubbornServer(tls=server_side, password=PASSWORD).listening() as server:
        right, wrong = (server.url.replace("//", f"//box-office:{quote(each, safe='')}@") for each in (PASSWORD, "guessed"))
        bounce = await deliver(Mailer(right, SENDER, tls=trusting), a_mail())
        with pytest.raises(MailUnavailable, match="SMTPAuthenticationError"):
            await deliver(Mailer(wrong, SENDER, tls=trusting), a_mail())

    assert (bounce, server.taken) == (None, ["ada@buyer.example"])
