"""Writes what happens as one line per event: for people on a console, as JSON for machines, never with a secret in it.

A line is a past-tense name and facts: `log.info("hold_placed", event_id=…, tickets=2)`. Lines of one request share its
correlation id. Lines of uvicorn and of every library that uses `logging` take the same way.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TextIO

import orjson
import structlog
from structlog.contextvars import bind_contextvars, get_contextvars, merge_contextvars, reset_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.stdlib import ExtraAdder, LoggerFactory, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor

from gateway.settings import LogFormat, LogLevel

HIDDEN = "[hidden]"
CORRELATION = "correlation_id"
# Words of a key under which nothing may be shown, and the last words that make a key harmless: token_id, code_count.
SECRET_WORDS = frozenset(
    {"authorization", "cart", "code", "codes", "cookie", "cookies", "credential", "credentials", "email", "emails"}
    | {"password", "passwords", "passphrase", "pem", "secret", "secrets", "token", "tokens"}
)
SECRET_KEYS = frozenset({"access_key", "api_key", "private_key", "signing_key"})
HARMLESS_ENDS = frozenset({"bytes", "count", "id", "ids", "kind", "length", "seconds", "type"})
HARMLESS_KEYS = frozenset({"close_code", "country_code", "currency_code", "error_code", "exit_code", "status_code"})
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
# What gives secrets away inside a text: a traceback, a library's message, an address.
SECRET_TEXTS = (
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)*"), HIDDEN),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^\s/@]*:[^\s@]*@"), f"{HIDDEN}@"),
    # Uvicorn tells of each socket with the address that was asked for.
    (re.compile(r'(?<="WebSocket )([^"?]*)\?[^"]*'), rf"\1?{HIDDEN}"),
    (re.compile(r"[\w.+-]+@(?=[\w-]*[a-zA-Z])[\w-]+(\.[\w-]+)+"), HIDDEN),
)
# Written with query strings, which may carry tokens, or too chatty to be of use.
QUIET = {"uvicorn.access": logging.CRITICAL, "httpx": logging.WARNING, "httpcore": logging.WARNING, "stripe": logging.WARNING}
TAKEN_OVER = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def configure_logs(form: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send every log line of this process to the stream (standard error by default). May be called again."""
    before: list[Processor] = [
        merge_contextvars,
        add_log_level,
        add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*before, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level.value),
        logger_factory=LoggerFactory(),
    )
    target = stream or sys.stderr
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*before, ExtraAdder()],
            processors=[ProcessorFormatter.remove_processors_meta, *_finish(form, colours=target.isatty())],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.value.upper())
    for name in TAKEN_OVER:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.captureWarnings(capture=True)


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Give every line written in this block, and in tasks it starts, this correlation id."""
    before = bind_contextvars(**{CORRELATION: correlation_id})
    try:
        yield
    finally:
        reset_contextvars(**before)


def current_correlation_id() -> str | None:
    """The correlation id of the work at hand; None outside of any."""
    found = get_contextvars().get(CORRELATION)
    return None if found is None else str(found)


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Hide what must not be read: values under telling keys, and secrets inside any text."""
    return {key: _clean(key, value) for key, value in event.items()}


def _finish(form: LogFormat, *, colours: bool) -> list[Processor]:
    """Tracebacks become text before they are redacted: a renderer's own traceback would show variables and escape it."""
    last: Processor = structlog.processors.JSONRenderer(serializer=_to_json)
    if form is LogFormat.CONSOLE:
        last = ConsoleRenderer(colors=colours, exception_formatter=plain_traceback)
    return [_drop_colour_message, structlog.processors.format_exc_info, redact, last]


def _clean(key: str, value: object) -> object:
    if isinstance(value, Mapping):
        return HIDDEN if _is_secret(key) else {each: _clean(str(each), inner) for each, inner in value.items()}
    if value is None or isinstance(value, bool | float):
        return value
    if _is_secret(key) and not (isinstance(value, int) and key.endswith("s")):
        return HIDDEN
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, each) for each in value]
    return value if isinstance(value, int) else _clean_text(str(value))


def _is_secret(key: str) -> bool:
    words = [word.lower() for word in WORD.findall(key)]
    plain = "_".join(words)
    if plain in HARMLESS_KEYS or not words or words[-1] in HARMLESS_ENDS:
        return False
    return plain in SECRET_KEYS or not SECRET_WORDS.isdisjoint(words)


def _clean_text(text: str) -> str:
    for pattern, instead in SECRET_TEXTS:
        text = pattern.sub(instead, text)
    return text


def _drop_colour_message(_logger: object, _method: str, event: MutableMapping[str, object]) -> EventDict:
    """Uvicorn sends each message a second time with terminal colours."""
    event.pop("color_message", None)
    return event


def _to_json(event: EventDict, **_: object) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
