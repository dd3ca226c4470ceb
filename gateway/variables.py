"""Says what the text of a setting may look like: a whole number, a switch, an address, a key.

Each function takes the text and returns the value, or raises Unfit with what is wrong and the next step. A text that
may carry a password is never repeated.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain.addresses import ORGANIZATION
from gateway.callers import Networks
from gateway.environment import Secret, Unfit

Choice = TypeVar("Choice", bound=StrEnum)

MAKE_A_KEY = "Make one with `openssl genpkey -algorithm ed25519`."
ORIGIN = re.compile(r"https?://(\*\.)?([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:(\d{1,5}|\*))?")
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?")
MAIL_ADDRESS = re.compile(r"[a-zA-Z0-9!#$%&'*+/=?^_{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# https://semver.org, without build metadata: plugins compare versions, and build metadata has no order.
SEMANTIC_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?")


def text(value: str) -> str:
    """Any text."""
    return value


def secret(value: str) -> Secret:
    """Any text, kept out of sight."""
    return Secret(value)


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number between two bounds, both allowed."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"-?\d{1,15}", value) or not lowest <= int(value) <= highest:
            raise Unfit(f"is {value!r}", f"Give a whole number from {lowest} to {highest}.")
        return int(value)

    return parse


def switch(value: str) -> bool:
    """Yes or no."""
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
    if value.lower() not in words:
        raise Unfit(f"is {value!r}", "Give true or false.")
    return words[value.lower()]


def one_of(choices: type[Choice]) -> Callable[[str], Choice]:
    """One of the words of an enumeration, in any case."""

    def parse(value: str) -> Choice:
        try:
            return choices(value.lower())
        except ValueError:
            raise Unfit(f"is {value!r}", f"Give one of: {', '.join(choices)}.") from None

    return parse


def host_name(value: str) -> str:
    """The name of a host, with a port if need be."""
    return _formed(HOST_NAME, value.lower(), "Give a host name such as tickets.example.")


def slug(value: str) -> str:
    """An organization's short name."""
    return _formed(SLUG, value, "Give the short name of an organization: small letters, digits and hyphens.")


def mail_address(value: str) -> str:
    """The address that mails come from; the name beside it is the organization's."""
    return _formed(MAIL_ADDRESS, value, "Give an address alone, such as tickets@box-office.example.")


def bucket(value: str) -> str:
    """The name of an S3 bucket."""
    return _formed(BUCKET, value, "Give 3 to 63 small letters, digits, dots and hyphens.")


def semantic_version(value: str) -> str:
    """A version such as 2.1.0."""
    return _formed(SEMANTIC_VERSION, value, "Give a semantic version such as 2.1.0.")


def address(*schemes: str, example: str) -> Callable[[str], Secret]:
    """An address of a service, with its credentials in it: `scheme://user:password@host:port/…`."""

    def parse(value: str) -> Secret:
        _split_address(value, schemes, example)
        return Secret(value)

    return parse


def database(value: str) -> Secret:
    """A PostgreSQL address with role and database; SQLAlchemy's and Heroku's spellings of the scheme are taken too."""
    example = "postgresql://ROLE:PASSWORD@HOST:5432/DATABASE"
    plain = re.sub(r"^(postgres|postgresql\+asyncpg)://", "postgresql://", value)
    parts = _split_address(plain, ("postgresql",), example)
    if not parts.username:
        raise Unfit("names no role", f"Write it as {example}.")
    if len(parts.path) < 2:
        raise Unfit("names no database", f"Write it as {example}.")
    return Secret(plain)


def web_address(value: str) -> str:
    """An http(s) address without credentials, without a slash at its end."""
    example = "https://HOST[:PORT]"
    parts = _split_address(value, ("http", "https"), example)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Unfit("carries more than scheme, host, port and path", f"Write it as {example}.")
    return value.rstrip("/")


def page_address(value: str) -> str:
    """The same, where `{organization}` may stand for an organization's short name."""
    web_address(value.replace(ORGANIZATION, "x"))
    return value.rstrip("/")


def _split_address(value: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    """The parts of an address whose scheme is known and whose hosts and ports make sense; several hosts by commas."""
    written = f"Write it as {example}, special characters in a password percent-encoded."
    if value.partition("://")[0] not in schemes:
        raise Unfit(f"does not begin with {' or '.join(f'{scheme}://' for scheme in schemes)}", written)
    try:
        parts = urlsplit(value)
        hosts = [urlsplit(f"//{each}") for each in parts.netloc.rpartition("@")[2].split(",")]
        ports = [each.port for each in hosts]
    except ValueError:
        raise Unfit("has a host or port that cannot be read", written) from None
    if 0 in ports:
        raise Unfit("has port 0", written)
    if not (all(each.hostname for each in hosts) or "host=" in parts.query or parts.scheme == "unix"):
        raise Unfit("names no host", written)
    return parts


def origins(value: str) -> tuple[str, ...]:
    """Web origins separated by commas; `*.` may stand for any subdomain and `:*` for any port."""
    listed = tuple(each.strip().lower().rstrip("/") for each in value.split(",") if each.strip())
    for each in listed:
        if each == "*":
            raise Unfit("allows every web site to act with a visitor's cookies", "Name the origins you trust.")
        if not ORIGIN.fullmatch(each):
            raise Unfit(f"has {each!r}, which is no origin", "Write them as https://shop.example,https://*.example.org.")
    return listed


def key_pem(value: str) -> Secret:
    """An Ed25519 private key in PEM form; line breaks may be written as backslash-n, as .env files need it."""
    pem = value.replace("\\n", "\n").strip() + "\n"
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise Unfit("is no unencrypted private key in PEM form", MAKE_A_KEY) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unfit("is a private key, but not of the kind Ed25519", MAKE_A_KEY)
    return Secret(pem)


def key_file(value: str) -> Secret:
    """The path of a file that holds an Ed25519 private key."""
    try:
        pem = Path(value).read_text(encoding="ascii")
    except OSError as error:
        raise Unfit(f"names {value!r}, which cannot be read ({error.strerror})", MAKE_A_KEY) from None
    except UnicodeDecodeError:
        raise Unfit(f"names {value!r}, which is not a PEM file", MAKE_A_KEY) from None
    return key_pem(pem)


def folder(value: str) -> Path:
    """The path of a folder that is there."""
    if not (path := Path(value)).is_dir():
        raise Unfit(f"names {value!r}, which is no folder", "Make it, or correct the path.")
    return path


def long_secret(value: str) -> Secret:
    """A shared secret of at least 32 bytes: a shorter HMAC secret can be guessed from one token (RFC 7518, 3.2)."""
    if (size := len(value.encode())) < 32:
        raise Unfit(f"has {size} bytes", "Give at least 32: `openssl rand -base64 33`.")
    return Secret(value)


def _formed(form: re.Pattern[str], value: str, next_step: str) -> str:
    if not form.fullmatch(value):
        raise Unfit(f"is {value!r}", next_step)
    return value


def networks(text: str) -> Networks:
    """Networks separated by commas."""
    named = [each.strip() for each in text.split(",") if each.strip()]
    try:
        return tuple(ip_network(each) for each in named)
    except ValueError as broken:
        raise Unfit(
            "is not a list of networks such as 10.0.0.0/8, separated by commas", "Name the networks of your proxies, or none."
        ) from broken
