"""Keeps other people's pages from speaking in a visitor's name (CSRF), and gives every answer the headers that keep it where it belongs.

Only what a browser sends by itself can be abused: cookies. Who sends an Authorization header wrote it, and is not asked where from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from domain.refusals import ErrorCode, Refusal

PREFLIGHT = ("x-requested-with", "graphql-preflight")

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ANYWHERE: Mapping[str, str] = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""Of pictures before the public, which pages of every site may show as they may show any picture."""
JSON_POLICY = "default-src 'none'; frame-ancestors 'none'"
VARY = "Accept, Accept-Language, Authorization, Cookie, X-Cart, X-Organization, X-Tenant-Id"


@dataclass(frozen=True, slots=True)
class ForeignOrigin(Refusal):
    """A page of another site asked with the visitor's cookies."""

    origin: str

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return f"Pages of {self.origin} may not use this visitor's cookies; send a token in the Authorization header instead."


@dataclass(frozen=True, slots=True)
class PreflightMissing(Refusal):
    """A GET with cookies could come from any link or image."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "A GET request with cookies needs the header GraphQL-Preflight: 1 (or X-Requested-With); or send it by POST."


def find_forgery(method: str, headers: Mapping[str, str], allows_origin: Callable[[str], bool]) -> Refusal | None:
    """Why a request must not be trusted with the cookies it carries; None when it may."""
    if "cookie" not in headers or headers.get("authorization"):  # an empty one signs nobody in: the cookie does
        return None
    if not _is_from_us(headers, allows_origin):
        return ForeignOrigin(headers.get("origin", "another site")[:200])
    if method == "GET" and not any(headers.get(name) for name in PREFLIGHT):
        return PreflightMissing()
    return None


def _is_from_us(headers: Mapping[str, str], allows_origin: Callable[[str], bool]) -> bool:
    """Whether a page of ours, the address bar, or no browser at all is asking. Browsers cannot be made to lie in these headers."""
    site = headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    if origin is None:
        return site is None
    return allows_origin(origin) or (site is None and _host_of(origin) == headers.get("host", "").lower())


def _host_of(origin: str) -> str:
    return origin.partition("://")[2].lower()
