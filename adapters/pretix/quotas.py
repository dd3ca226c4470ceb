"""Makes pools of quotas: what items and variations of an event share."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from adapters.pretix.notebook import Document, Notebook
from adapters.pretix.tables import QUOTA_FIELDS, account
from adapters.pretix.values import Values
from domain.imports import Fate, ImportedPool
from domain.ticket_types import LARGEST_POOL


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota's pool, and the items and variations that draw on it by the numbers pretix has for them."""

    pool: ImportedPool
    items: frozenset[int]
    variations: frozenset[int]
    values: Values

    def tell(self, items: AbstractSet[int], used: bool) -> None:  # noqa: FBT001 - a fact
        """Note the items that have no document, and a quota on which no ticket type draws."""
        for item in sorted(self.items - items):
            self.values.note(Fate.NOT_MAPPED, f"there is no document of the item {item}", "items")
        if not used:
            self.values.note(Fate.NOT_MAPPED, "no ticket type draws on it, so there is no pool of it")


def read_quotas(event: str, documents: Sequence[Document], notes: Notebook) -> list[Quota]:
    """The quotas of one event; those of single dates of a series are left out."""
    found: dict[int, Quota] = {}
    for document in documents:
        values = Values(document, notes)
        account(document, document.body, QUOTA_FIELDS, notes)
        number = values.identity()
        if number in found:
            values.fault(f"the quota {number} of this event is in another document too", "id")
        quota = Quota(_pool(event, number, values), frozenset(values.numbers("items")), frozenset(values.numbers("variations")), values)
        if values.number("subevent") is None:
            found[number] = quota
    return list(found.values())


def _pool(event: str, number: int, values: Values) -> ImportedPool:
    size, left = values.number("size"), values.number("available_number")
    capacity = min(each for each in (size, left, LARGEST_POOL) if each is not None)
    if size is not None and size > LARGEST_POOL:
        values.note(Fate.ASSUMED, f"is {LARGEST_POOL}, as much as a pool can hold", "size")
    if values.flag("closed", otherwise=False):
        capacity = 0
    return ImportedPool(f"{event}/quota/{number}", values.text("name"), capacity)
