"""The vault: seals what must lie in the database unreadable, and opens it only where it belongs."""

from typing import Protocol

SEPARATOR = "|"


class Unsealable(Exception):
    """What lies there is not open to us: changed, sealed for another place, or sealed under a key that is not at hand.

    That is a fault of the installation or of its data and no refusal: nothing that a client sends can bring it about or mend it.
    """


def binding(owner: str, kind: str, field: str, version: int) -> str:
    """The place that a secret is bound to: whose it is, of which kind, which field, in which version of that field's meaning.

    `binding(organization_id, plugin, "apiKey", 1)`, `binding("person", person_id, "totp", 1)`. Raises ValueError for a part that is
    empty or carries the separator, because two different places could then be written alike.
    """
    parts = (owner, kind, field, str(version))
    for part in parts:
        if not part or SEPARATOR in part:
            raise ValueError(f"a part of a binding is a text without {SEPARATOR}, not {part!r}")
    return SEPARATOR.join(parts)


class Vault(Protocol):
    """Seals and opens secrets under keys that are not in the database. Of several keys the first seals, and all open."""

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        """The secret, unreadable and unchangeable; it opens for the same `bound_to` alone (see `binding`)."""

    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """The secret. Raises Unsealable."""

    def needs_rewrap(self, sealed: bytes) -> bool:
        """Whether another key than the first sealed it. Raises Unsealable for what was never sealed here."""

    def rewrap(self, sealed: bytes) -> bytes:
        """The same secret under the first key; the secret itself is not opened. Raises Unsealable."""
