"""Shows what an import did: to people as a table and what they should know, to programs as JSON with every field of every document."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.counts import counted
from domain.imports import Change, DocumentsBroken, EventOutcome, Fate, Finding, ImportReport, TicketTypeOutcome
from domain.organizations import Organization
from domain.texts import in_language
from schema import ids

PLACES_SHOWN = 3
COLUMNS = ("event, ticket types", "status, price", "starts, tickets", "what was done")
HEADINGS = {
    Fate.NOT_MAPPED: "Not taken over, because TicketBase has no place for it:",
    Fate.UNKNOWN: "Not taken over, because it is not known here:",
    Fate.ASSUMED: "Assumed, because the documents do not say it:",
}


def report_as_text(report: ImportReport, organization: Organization) -> str:
    """The report for people; every line of it is one fact."""
    done = [f"{_count(report, change)} {change.value}" for change in Change if any(report.count(change))]
    title = f"Imported from {report.source} into {organization.name} ({organization.slug}): {'; '.join(done)}."
    lines = [title, "", *_table(report, organization.default_locale)]
    for fate, heading in HEADINGS.items():
        if found := report.of(fate):
            lines += ["", heading, *_grouped(found)]
    fates = ", ".join(f"{count} {fate.value}" for fate, count in report.fates().most_common())
    return "\n".join([*lines, "", f"Of all fields: {fates}. --json names each."])


def report_as_json(report: ImportReport, organization: Organization) -> str:
    """The whole report: money in minor units, times in RFC 3339, ids as the API shows them."""
    return json.dumps(
        {
            "source": report.source,
            "organization": organization.slug,
            "events": [_event(each) for each in report.outcomes],
            "counts": {fate.value: count for fate, count in report.fates().items()},
            "findings": [{"file": each.file, "path": each.path, "fate": each.fate.value, "note": each.note} for each in report.findings],
        },
        ensure_ascii=False,
    )


def faults_as_json(broken: DocumentsBroken) -> dict[str, Any]:
    """Every fault, with its file and JSON path."""
    return {"faults": [{"file": each.file, "path": each.path, "message": each.message} for each in broken.faults]}


def _count(report: ImportReport, change: Change) -> str:
    events, types = report.count(change)
    return f"{counted(events, 'event')} and {counted(types, 'ticket type')}"


def _table(report: ImportReport, locale: str) -> Iterator[str]:
    """A row for each event and ticket type in four columns, and a line below for each remark."""
    rows = [COLUMNS, *(row for outcome in report.outcomes for row in _rows(outcome, locale))]
    widths = [max(len(row[column]) for row in rows if len(row) > 1) for column in range(len(COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _rows(outcome: EventOutcome, locale: str) -> Iterator[tuple[str, ...]]:
    event = outcome.event
    starts = event.starts_at.astimezone(ZoneInfo(event.time_zone))
    yield (
        f"{event.slug}: {in_language(event.title, [locale])}",
        event.status.value.lower(),
        f"{starts:%a %Y-%m-%d %H:%M} {event.time_zone}",
        _change(outcome.change, outcome.fields),
    )
    for each in outcome.ticket_types:
        name = f"  {in_language(each.title, [locale])}"
        yield name, f"{each.price.amount} {each.price.currency}", counted(each.capacity, "ticket"), _change(each.change, each.fields)
    for remark in outcome.remarks:
        yield (f"  ! {remark}",)


def _change(change: Change, names: Sequence[str]) -> str:
    return f"{change.value} ({', '.join(names)})" if names else change.value


def _grouped(findings: Sequence[Finding]) -> Iterator[str]:
    """A line for each note, with the first of the places it was made at."""
    places: dict[str, list[str]] = {}
    for each in findings:
        places.setdefault(each.note, []).append(each.file if each.path == "$" else f"{each.file} {each.path}")
    for note, found in places.items():
        more = f" and {len(found) - PLACES_SHOWN} more" if len(found) > PLACES_SHOWN else ""
        yield f"  {note}: {', '.join(found[:PLACES_SHOWN])}{more}"


def _event(outcome: EventOutcome) -> dict[str, Any]:
    event = outcome.event
    return {
        "name": outcome.name,
        "id": ids.show("Event", event.id),
        "slug": event.slug,
        "title": dict(event.title),
        "status": event.status.value,
        "startsAt": _time(event.starts_at),
        "endsAt": _time(event.ends_at),
        "timeZone": event.time_zone,
        "change": outcome.change.value,
        "changed": list(outcome.fields),
        "remarks": list(outcome.remarks),
        "ticketTypes": [_ticket_type(each) for each in outcome.ticket_types],
    }


def _ticket_type(outcome: TicketTypeOutcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "id": ids.show("TicketType", outcome.ticket_type_id),
        "title": dict(outcome.title),
        "price": {"amountMinor": outcome.price.amount_minor, "currency": outcome.price.currency},
        "capacity": outcome.capacity,
        "change": outcome.change.value,
        "changed": list(outcome.fields),
    }


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
