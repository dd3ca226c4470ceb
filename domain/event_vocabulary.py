"""Finding events by the organization's own vocabulary: what a filter asks in its words becomes what the store compares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.event_categories import EventCategory, with_all_within
from domain.events import EventFilter
from domain.metadata import MetadataMatch, matches
from domain.metadata_fields import MetadataField
from domain.refusals import Faults

MOST_COMPARISONS = 20

_NESTED = {"all_of": "AND", "any_of": "OR", "none_of": "NOT"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The categories, and the metadata fields that the asker may know of."""

    categories: Sequence[EventCategory]
    fields: Sequence[MetadataField]


def asks_vocabulary(where: EventFilter) -> bool:
    """Whether the filter, or one within it, asks for categories or metadata."""
    return any(each.categories or each.metadata for each in _filters(where))


def understood(where: EventFilter, vocabulary: Vocabulary) -> EventFilter:
    """The filter with its categories and all within them, and with its metadata conditions as comparisons.

    Refused with InputInvalid where a field is not known to the asker, or does not compare so, or where there are too many comparisons.
    """
    faults = Faults()
    found = _understood(faults, where, vocabulary, ("where",))
    asked = sum(len(each.matching) for each in _filters(found))
    faults.check(asked <= MOST_COMPARISONS, ("where",), f"compares metadata {asked} times, {MOST_COMPARISONS} are allowed")
    faults.refuse()
    return found


def _understood(faults: Faults, where: EventFilter, vocabulary: Vocabulary, path: tuple[str, ...]) -> EventFilter:
    matching: list[MetadataMatch] = []
    for at, condition in enumerate(where.metadata):
        matching += matches(faults, condition, vocabulary.fields, (*path, "metadata", str(at)))
    chosen = None if where.categories is None else with_all_within(where.categories, vocabulary.categories)

    def each_of(name: str) -> list[EventFilter]:
        within = enumerate(getattr(where, name))
        return [_understood(faults, each, vocabulary, (*path, _NESTED[name], str(at))) for at, each in within]

    return replace(
        where,
        categories=chosen,
        metadata=(),
        matching=matching,
        all_of=each_of("all_of"),
        any_of=each_of("any_of"),
        none_of=each_of("none_of"),
    )


def _filters(where: EventFilter) -> Iterator[EventFilter]:
    yield where
    for name in _NESTED:
        for each in getattr(where, name):
            yield from _filters(each)
