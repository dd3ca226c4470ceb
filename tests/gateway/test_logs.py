"""Log lines can be read by people and machines, tell what belongs together, and show nobody's secrets."""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.logs import configure_logs, correlated, current_correlation_id
from gateway.settings import LogFormat, LogLevel, Secret

JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
PASSWORD = "open-sesame"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn")
    before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(LogFormat.JSON, LogLevel.INFO, stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]
    structlog.configure(**before[2])
    uvicorn.setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_and_which_facts(lines: io.StringIO) -> None:
    structlog.get_logger("holds").info("hold_placed", tickets=2, sold_out=False)

    (line,) = read(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "hold_placed", "level": "info", "logger": "holds", "tickets": 2, "sold_out": False}


def test_lines_below_the_level_are_not_written(lines: io.StringIO) -> None:
    structlog.get_logger().debug("looked")
    logging.getLogger("some.library").debug("looked")

    assert read(lines) == []


@pytest.mark.asyncio
async def test_lines_of_one_request_share_its_correlation_id_and_no_other(lines: io.StringIO) -> None:
    async def request(correlation_id: str) -> None:
        with correlated(correlation_id):
            await asyncio.sleep(0)
            await asyncio.gather(note(correlation_id), asyncio.create_task(note(correlation_id)))

    async def note(told: str) -> None:
        structlog.get_logger().info("noted", told=told, asked=current_correlation_id())

    await asyncio.gather(request("one"), request("two"))

    noted = read(lines)
    assert len(noted) == 4
    assert all(line["correlation_id"] == line["told"] == line["asked"] for line in noted)
    assert current_correlation_id() is None


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "access_token",
        "accessToken",
        "Authorization",
        "set-cookie",
        "X-Cart",
        "password",
        "nextauth_secret",
        "SigningKey",
        "email",
        "buyerEmail",
        "code",
        "recovery_codes",
    ],
)
@pytest.mark.parametrize("value", ["open sesame", ["open sesame"], {"inner": "open sesame"}, b"open sesame"])
def test_nothing_is_shown_under_a_telling_key(lines: io.StringIO, key: str, value: object) -> None:
    structlog.get_logger().info("asked", **{key: value}, headers={"outer": [{key: value}]})

    (line,) = read(lines)
    assert "sesame" not in lines.getvalue()
    assert line[key] in ("[hidden]", ["[hidden]"])


@pytest.mark.parametrize(
    ("key", "value"),
    [("status_code", 404), ("error_code", "NOT_FOUND"), ("tokens", 512), ("token_id", "t-1"), ("email_count", 3)],
)
def test_harmless_facts_with_similar_names_are_shown(lines: io.StringIO, key: str, value: object) -> None:
    structlog.get_logger().info("answered", **{key: value})

    assert read(lines)[0][key] == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("connect to postgresql://app:open-sesame@db:5432/x", "connect to postgresql://[hidden]@db:5432/x"),
        ("redis://:open-sesame@cache", "redis://[hidden]@cache"),
        (f"sent {JWT}", "sent [hidden]"),
        ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer [hidden]"),
        ("no ticket for ada@example.org today", "no ticket for [hidden] today"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----", "[hidden]"),
        ("a plain sentence about 3@2", "a plain sentence about 3@2"),
        ('127.0.0.1:9 - "WebSocket /graphql?cart=open-sesame" [accepted]', '127.0.0.1:9 - "WebSocket /graphql?[hidden]" [accepted]'),
    ],
)
def test_secrets_inside_a_text_are_hidden(lines: io.StringIO, text: str, shown: str) -> None:
    structlog.get_logger().info("told", reason=text)
    logging.getLogger("some.library").warning("%s", text)

    own, foreign = read(lines)
    assert own["reason"] == shown
    assert foreign["event"] == shown


def connect(password: str) -> None:
    raise ValueError(f"cannot reach postgresql://app:{password}@db")


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.CONSOLE])
def test_a_traceback_is_written_without_the_values_of_variables(lines: io.StringIO, form: LogFormat) -> None:
    configure_logs(form, LogLevel.INFO, lines)

    try:
        connect(PASSWORD)
    except ValueError:
        structlog.get_logger().exception("failed", pool=Secret(PASSWORD))

    assert "ValueError: cannot reach postgresql://[hidden]@db" in lines.getvalue()
    assert "sesame" not in lines.getvalue()


def test_libraries_write_the_same_lines(lines: io.StringIO) -> None:
    with correlated("one"):
        logging.getLogger("uvicorn.error").info("Started", extra={"color_message": "\x1b[36mStarted", "pid": 7})

    (line,) = read(lines)
    assert (line["event"], line["logger"], line["pid"], line["correlation_id"]) == ("Started", "uvicorn.error", 7, "one")
    assert "color_message" not in line


def test_access_lines_of_uvicorn_stay_out_because_addresses_carry_tokens(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('%s - "GET %s" %d', "127.0.0.1", "/?token=open-sesame", 200)

    assert lines.getvalue() == ""


def test_warnings_become_lines(lines: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)

    (line,) = read(lines)
    assert (line["level"], line["logger"]) == ("warning", "py.warnings")


def test_people_read_one_line_without_escape_codes_outside_a_terminal(lines: io.StringIO) -> None:
    configure_logs(LogFormat.CONSOLE, LogLevel.INFO, lines)

    structlog.get_logger("holds").info("hold_placed", tickets=2)

    assert "hold_placed" in lines.getvalue()
    assert "tickets=2" in lines.getvalue()
    assert "\x1b" not in lines.getvalue()
    assert lines.getvalue().count("\n") == 1


def test_configuring_twice_writes_each_line_once(lines: io.StringIO) -> None:
    configure_logs(LogFormat.JSON, LogLevel.INFO, lines)

    structlog.get_logger().info("started")

    assert len(read(lines)) == 1
