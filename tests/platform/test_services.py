"""The services from wheels, each by itself: what they promise, and that no crash costs them anything."""

import asyncio
import os
import smtplib
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import psutil
import pytest
import pytest_asyncio
from minio import Minio
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError

from gateway.embedded.faults import CannotStart
from gateway.embedded.letters import Letterbox
from gateway.embedded.mailbox import MailAddresses, Mailbox
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.s3 import ObjectStorage
from gateway.embedded.service import Service
from gateway.embedded.valkey import Valkey
from gateway.supervisor.directory import claim
from tests.platform.running import gone, is_root


@pytest_asyncio.fixture(scope="session")
async def postgresql(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[PostgreSQL, DatabaseAddresses]]:
    """A PostgreSQL of its own."""
    service = PostgreSQL(tmp_path_factory.mktemp("services") / "postgresql")
    yield service, await service.start()
    await service.stop()


@pytest_asyncio.fixture(scope="session")
async def mailbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MailAddresses]:
    """A catcher of mails with one mail in it."""
    service = Mailbox(tmp_path_factory.mktemp("services") / "mail")
    addresses = await service.start()
    await asyncio.to_thread(send, addresses, letter())
    yield addresses
    await service.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 30 MB, which is less than PostgreSQL needs."""
    if (
        not is_root()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", tmp_path], check=False, capture_output=True).returncode
    ):
        pytest.skip("mounting a small disk is not allowed here")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def letter() -> EmailMessage:
    """A mail that tries to be more than text."""
    mail = EmailMessage()
    mail["Subject"] = "Your tickets <script>alert(1)</script>"
    mail["From"] = "box-office@demo.example"
    mail["To"] = "Ada@buyer.example"
    mail["Message-ID"] = "<1@demo.example>"
    mail.set_content("Grüße & <b>bold</b>")
    mail.add_alternative("<h1 onclick=alert(1)>Tickets</h1>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename='"><i>.pdf')
    return mail


def send(addresses: MailAddresses, mail: EmailMessage) -> None:
    """Send a mail over SMTP."""
    place = urlsplit(addresses.smtp)
    with smtplib.SMTP(str(place.hostname), place.port or 0, timeout=5) as smtp:
        smtp.send_message(mail)


async def run(address: str, *statements: str) -> object:
    """What the last of the statements answers."""
    connection = await asyncpg.connect(address)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


def listening(service: Service) -> set[str]:
    """The addresses at which the service and its helpers listen."""
    assert service.process is not None
    main = psutil.Process(service.process.pid)
    connections = [each for process in (main, *main.children(recursive=True)) for each in process.net_connections("inet")]
    return {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}


@pytest.mark.asyncio
async def test_no_role_of_ticketbase_can_pass_row_security_by_its_rank(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    _, addresses = postgresql

    ranks = await run(
        addresses.superuser,
        "SELECT json_object_agg(rolname, (rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb)::text"
        " ORDER BY rolname)::text FROM pg_roles WHERE rolname LIKE 'ticketbase%'",
    )

    assert ranks == ('{ "ticketbase_app" : "(t,f,f,f,f,f)", "ticketbase_owner" : "(t,f,f,f,f,f)", "ticketbase_system" : "(t,f,f,f,f,f)" }')


@pytest.mark.asyncio
async def test_the_owner_makes_tables_and_the_plain_roles_do_not(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    _, addresses = postgresql

    owned = await run(
        addresses.owner, "CREATE TABLE made_by_owner ()", "SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_owner'"
    )

    assert owned == "ticketbase_owner"
    for address in (addresses.app, addresses.system):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(address, "CREATE TABLE made_by_plain ()", "SELECT 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(address, "CREATE TEMPORARY TABLE made_by_plain ()", "SELECT 1")


@pytest.mark.asyncio
async def test_postgresql_asks_for_a_password_that_only_the_owner_of_the_data_can_read(
    postgresql: tuple[PostgreSQL, DatabaseAddresses],
) -> None:
    service, addresses = postgresql

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(addresses.app, password="guessed")

    rules = await run(addresses.superuser, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules")
    assert rules == "scram-sha-256"
    assert (service.folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert service.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.asyncio
async def test_postgresql_keeps_what_is_committed_safe_and_reads_every_script(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    _, addresses = postgresql

    settings = await run(
        addresses.app,
        "SELECT string_agg(name || '=' || setting, ' ' ORDER BY lower(name)) FROM pg_settings WHERE name IN"
        " ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'server_encoding', 'TimeZone')",
    )
    words = await run(addresses.app, "SELECT to_tsvector('simple', 'Größe Événement')::text || lower('ÄÉЖ')")

    assert settings == "data_checksums=on fsync=on full_page_writes=on server_encoding=UTF8 synchronous_commit=on TimeZone=UTC"
    assert words == "'größe':1 'événement':2äéж"


@pytest.mark.asyncio
async def test_postgresql_killed_comes_back_at_the_same_address_with_every_row(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    service, addresses = postgresql
    await run(addresses.owner, "CREATE TABLE survivors AS SELECT generate_series(1, 1000)", "SELECT 1")
    assert service.process is not None
    family = psutil.Process(service.process.pid).children(recursive=True)

    service.kill()
    again = await service.start()

    assert again == addresses
    assert await run(addresses.owner, "SELECT count(*) FROM survivors") == 1000
    assert gone(family)


@pytest.mark.asyncio
async def test_a_lock_file_that_names_a_stranger_by_now_is_no_hindrance(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    service, addresses = postgresql
    service.kill()
    lock = service.cluster / "postmaster.pid"
    told = lock.read_text().split("\n", 1)[1]
    lock.write_text(f"{os.getpid()}\n{told}")

    again = await service.start()

    assert again == addresses


@pytest.mark.asyncio
async def test_a_second_service_on_the_same_data_is_refused(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    service, addresses = postgresql
    second = PostgreSQL(service.folder)
    second.patience = 0.2

    with pytest.raises(CannotStart, match=r"^PostgreSQL still runs on .*: stop what uses it"):
        await second.start()

    assert await run(addresses.app, "SELECT 1") == 1


@pytest.mark.asyncio
async def test_a_data_directory_that_was_never_finished_is_made_anew(tmp_path: Path) -> None:
    service = PostgreSQL(tmp_path / "postgresql")
    unfinished = service.folder / "cluster.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    addresses = await service.start()

    try:
        assert await run(addresses.app, "SELECT current_user::text") == "ticketbase_app"
        assert not unfinished.exists()
    finally:
        await service.stop()


@pytest.mark.asyncio
async def test_damaged_data_are_told_with_postgresqls_own_reason(tmp_path: Path) -> None:
    service = PostgreSQL(tmp_path / "postgresql")
    await service.start()
    await service.stop()
    (service.cluster / "global" / "pg_control").write_bytes(b"\0" * 8192)

    with pytest.raises(CannotStart, match=r"^PostgreSQL refuses its data in \S+/cluster \(.*\): restore it from a backup, or move it away"):
        await service.start()


@pytest.mark.asyncio
async def test_valkey_killed_comes_back_at_the_same_address_with_every_key(tmp_path: Path) -> None:
    service = Valkey(tmp_path / "valkey")
    address = await service.start()
    try:
        async with Redis.from_url(address.url) as client:
            await client.xadd("stream", {"news": "sold"})
        service.kill()
        again = await service.start()
        assert again == address
        async with Redis.from_url(address.url) as client:
            assert await client.xlen("stream") == 1
        place = urlsplit(address.url)
        async with Redis(host=str(place.hostname), port=place.port or 0, retry=Retry(NoBackoff(), 0)) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.ping()
        assert listening(service) == {"127.0.0.1"}
    finally:
        await service.stop()


@pytest.mark.asyncio
async def test_object_storage_killed_comes_back_with_every_object_and_leaves_no_socket_behind(tmp_path: Path) -> None:
    service = ObjectStorage(tmp_path / "s3", bucket="pictures")
    address = await service.start()
    client = Minio(urlsplit(address.endpoint).netloc, address.access_key, address.secret_key, secure=False, region="us-east-1")
    try:
        await asyncio.to_thread(client.fput_object, "pictures", "poster", __file__)
        service.kill()
        again = await service.start()
        assert again == address
        found = await asyncio.to_thread(client.stat_object, "pictures", "poster")
        assert found.size == Path(__file__).stat().st_size
        async with httpx.AsyncClient(trust_env=False) as stranger:
            assert (await stranger.get(f"{address.endpoint}/pictures/poster")).status_code == httpx.codes.FORBIDDEN
        assert listening(service) == {"127.0.0.1"}
        ports = [each.laddr.port for each in psutil.Process(service.process.pid if service.process else 0).net_connections("tcp4")]
    finally:
        await service.stop()
    assert not [path for port in ports for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")]


@pytest.mark.asyncio
async def test_every_service_listens_on_the_loopback_interface_only(postgresql: tuple[PostgreSQL, DatabaseAddresses]) -> None:
    service, _ = postgresql

    assert listening(service) == {"127.0.0.1"}


@pytest.mark.asyncio
async def test_a_caught_mail_is_shown_as_text_and_never_run(mailbox: MailAddresses) -> None:
    async with httpx.AsyncClient(base_url=mailbox.page, trust_env=False) as browser:
        listed, shown, attached = await asyncio.gather(*map(browser.get, ("/", "/mails/1", "/mails/1/attachments/1")))

    assert "Your tickets &lt;script&gt;alert(1)&lt;/script&gt;" in listed.text
    assert "Grüße &amp; &lt;b&gt;bold&lt;/b&gt;" in shown.text
    assert "&lt;h1 onclick=alert(1)&gt;" in shown.text
    assert not [page for page in (listed, shown) if "<script" in page.text or "<i>" in page.text or "onclick=alert(1)>" in page.text]
    assert '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mails/1/html"' in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert (attached.content, attached.headers["content-disposition"]) == (b"%PDF", "attachment")


@pytest.mark.asyncio
async def test_the_html_of_a_mail_is_shown_in_a_sandbox_that_runs_and_loads_nothing(mailbox: MailAddresses) -> None:
    async with httpx.AsyncClient(base_url=mailbox.page, trust_env=False) as browser:
        framed, missing = await asyncio.gather(*map(browser.get, ("/mails/1/html", "/mails/99/html")))

    assert framed.text == '<base target="_blank"><h1 onclick=alert(1)>Tickets</h1>\r\n'
    assert framed.headers["content-security-policy"] == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    )
    assert missing.status_code == httpx.codes.NOT_FOUND


@pytest.mark.asyncio
async def test_caught_mails_are_listed_for_programs_and_found_by_their_recipient(mailbox: MailAddresses) -> None:
    async with httpx.AsyncClient(base_url=mailbox.page, trust_env=False) as program:
        (mail,) = (await program.get("/api/mails", params={"to": "ada@buyer.example"})).json()
        others = (await program.get("/api/mails", params={"to": "bob@buyer.example"})).json()

    assert mail.pop("receivedAt").endswith("Z")
    assert mail.pop("headers")[:3] == [
        ["Subject", "Your tickets <script>alert(1)</script>"],
        ["From", "box-office@demo.example"],
        ["To", "Ada@buyer.example"],
    ]
    assert mail == {
        "id": 1,
        "from": "box-office@demo.example",
        "to": ["Ada@buyer.example"],
        "messageId": "<1@demo.example>",
        "subject": "Your tickets <script>alert(1)</script>",
        "text": "Grüße & <b>bold</b>\r\n",
        "html": "<h1 onclick=alert(1)>Tickets</h1>\r\n",
        "attachments": [{"name": '"><i>.pdf', "contentType": "application/pdf", "bytes": 4}],
    }
    assert others == []


@pytest.mark.asyncio
async def test_a_web_site_cannot_read_mails_by_a_name_that_points_here(mailbox: MailAddresses) -> None:
    async with httpx.AsyncClient(base_url=mailbox.page, trust_env=False) as browser:
        answer = await browser.get("/api/mails", headers={"Host": "rebound.example"})

    assert answer.status_code == httpx.codes.BAD_REQUEST


def test_the_letterbox_lets_the_oldest_go_and_takes_what_breaks_every_rule() -> None:
    letterbox = Letterbox(most_mails=3, most_bytes=100)

    for content in (
        b"Subject: one\r\n\r\n",
        b"Subject: two\r\n\r\n",
        b"Content-Type: text/plain; charset=none\r\n\r\n\xff",
        b"\0",
        b"x" * 90,
    ):
        letterbox.put("a@demo.example", ("b@demo.example",), content)

    assert [mail.id for mail in letterbox] == [5, 4]


@pytest.mark.asyncio
async def test_a_fixed_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        service = Valkey(tmp_path / "valkey", port=number)

        with pytest.raises(CannotStart, match=rf"^Port {number} on 127.0.0.1, meant for Valkey, is taken: "):
            await service.start()


@pytest.mark.asyncio
async def test_what_valkey_cannot_read_is_told_with_the_next_step(tmp_path: Path) -> None:
    service = Valkey(tmp_path / "valkey")
    await service.start()
    await service.stop()
    (file,) = service.folder.glob("appendonlydir/*.incr.aof")
    file.write_bytes(b"*3\r\nthis is no command\r\n" * 9)

    with pytest.raises(CannotStart, match=r"^Valkey cannot read its data in .*: move that folder away and start again"):
        await service.start()
    await service.stop()


@pytest.mark.asyncio
async def test_a_full_disk_is_told_in_one_sentence(small_disk: Path) -> None:
    with pytest.raises(CannotStart, match=r"^The disk that holds .*/postgresql is full: free at least 200 MB there"):
        await PostgreSQL(small_disk / "postgresql").start()


def test_a_disk_without_room_for_a_fresh_start_is_refused_before_anything_is_written(small_disk: Path) -> None:
    with pytest.raises(CannotStart, match=r"^The disk that holds .*/data is full: free at least 200 MB there"), claim(small_disk / "data"):
        pytest.fail("the directory was claimed")
