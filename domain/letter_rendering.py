"""Writes a letter out: from one wording the subject, the text and the HTML of a mail, in the reader's language or in English."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from string import Template
from unicodedata import category

from domain.letter_wordings import CHANGES, CLOSINGS, FALLBACK, ROLES, SPANS, WORDINGS, Link, Links, Listing, Paragraph
from domain.letters import Letter, Mail

Filled = str | tuple[str, str] | list[str] | list[tuple[str, str]]
"""A paragraph with its facts in place: a text, a link's label and address, a list, or a list of links."""

PLATFORM = "TicketBase"
LONGEST_FACT = 100
LISTS = frozenset({"items", "tickets"})

# Styles stand at each element, because many mail programs throw style sheets away; nothing is loaded from anywhere.
PAGE = (
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    '<body style="margin:0 auto;padding:24px;max-width:36em;font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff">\n'
    "{body}\n</body></html>\n"
)
BUTTON = (
    '<p><a href="{address}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#0550ae;color:#fff;'
    'text-decoration:none">{label}</a></p>'
)


def render(letter: Letter, *, sender: str | None, posted_at: datetime) -> Mail:
    """The mail; `sender` is the organization's name, None for the platform itself. `posted_at` becomes its date, UTC."""
    language = language_of(letter.locale)
    name = one_line(sender or PLATFORM)
    facts = _facts(letter.facts, language) | {"sender": name}
    wording = WORDINGS[language][letter.kind]
    subject = Template(wording.subject).substitute(facts)
    paragraphs = [_filled(each, facts) for each in (*wording.paragraphs, CLOSINGS[language])]
    return Mail(letter.id, posted_at, name, letter.to, language, subject, _text(paragraphs), _html(language, subject, paragraphs))


def language_of(locale: str) -> str:
    """The language that a reader of this locale is written to in."""
    language = locale.partition("-")[0]
    return language if language in WORDINGS else FALLBACK


def one_line(text: str) -> str:
    """The text on one line, without signs that control (line breaks, the direction of writing), and not too long for a subject."""
    plain = " ".join("".join(" " if category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text if category(sign) != "Cf").split())
    return plain if len(plain) <= LONGEST_FACT else plain[: LONGEST_FACT - 1] + "…"


def _facts(facts: Mapping[str, str], language: str) -> dict[str, str]:
    """The facts as they are written: those with a meaning of their own in words."""
    written = {name: value if name.endswith("link") else one_line(value) for name, value in facts.items() if name not in LISTS}
    if "items" in facts:
        written["items"] = "\n".join(one_line(each) for each in facts["items"].splitlines())
    if "tickets" in facts:
        parted = [each.partition("\t") for each in facts["tickets"].splitlines()]
        written["tickets"] = "\n".join(f"{one_line(label)}\t{link}" for label, _, link in parted)
    if "minutes" in facts:
        written["lasting"] = _lasting(int(facts["minutes"]), language)
    if "at" in facts:
        written["moment"] = f"{datetime.fromisoformat(facts['at']).astimezone(UTC):%Y-%m-%d, %H:%M} UTC"
    if "change" in facts:
        written["what_changed"] = CHANGES[language][facts["change"]]
    if "role" in facts:
        written["role_name"] = ROLES[language][facts["role"]]
    return written


def _lasting(minutes: int, language: str) -> str:
    """A span of time in the largest unit that says it exactly."""
    for size, one, many in SPANS[language]:
        if minutes >= size and minutes % size == 0:
            return f"{minutes // size} {one if minutes == size else many}"
    raise ValueError("a letter's link is good for no time at all")


def _filled(paragraph: Paragraph, facts: Mapping[str, str]) -> Filled:
    """A paragraph's text, a link's label and address, or what a list names."""
    if isinstance(paragraph, Links):
        parted = [each.partition("\t") for each in facts[paragraph.fact].splitlines()]
        return [(label, link) for label, _, link in parted]
    if isinstance(paragraph, Link):
        return paragraph.label, facts[paragraph.fact]
    if isinstance(paragraph, Listing):
        return facts[paragraph.fact].splitlines()
    return Template(paragraph).substitute(facts)


def _text(paragraphs: Sequence[Filled]) -> str:
    return "\n\n".join(map(_as_text, paragraphs)) + "\n"


def _as_text(paragraph: Filled) -> str:
    match paragraph:
        case str():
            return paragraph
        case tuple((label, address)):
            return f"{label}:\n{address}"
    return "\n".join(f"- {each}" if isinstance(each, str) else f"- {each[0]}:\n  {each[1]}" for each in paragraph)


def _as_html(paragraph: Filled) -> str:
    match paragraph:
        case str():
            return f"<p>{escape(paragraph)}</p>"
        case tuple((label, address)):
            return BUTTON.format(address=escape(address), label=escape(label))
    return "<ul>" + "".join(f"<li>{_inline(each)}</li>" for each in paragraph) + "</ul>"


def _inline(thing: str | tuple[str, str]) -> str:
    return escape(thing) if isinstance(thing, str) else f'<a href="{escape(thing[1])}">{escape(thing[0])}</a>'


def _html(language: str, title: str, paragraphs: Sequence[Filled]) -> str:
    body = "\n".join(map(_as_html, paragraphs))
    return PAGE.format(language=language, title=escape(title), body=body)
