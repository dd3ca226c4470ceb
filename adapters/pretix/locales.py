"""Turns the locales of pretix, which are Django's, into ours: `pt-br` into `pt-BR`, `de-informal` into `de`."""

import re

_TONES = frozenset({"informal", "formal"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCRIPT = re.compile(r"[a-z]{4}")
_REGION = re.compile(r"[a-z]{2}|\d{3}")


def locale_of(code: str) -> str | None:
    """Our locale for one of pretix, None where it is none: language, then script, region or tone (which we do not tell apart)."""
    language, *subtags = code.lower().replace("_", "-").split("-")
    if not _LANGUAGE.fullmatch(language):
        return None
    subtags = [tag for tag in subtags if tag not in _TONES]
    script = subtags.pop(0).title() if subtags and _SCRIPT.fullmatch(subtags[0]) else ""
    region = subtags.pop(0).upper() if subtags and _REGION.fullmatch(subtags[0]) else ""
    return None if subtags else "-".join(part for part in (language, script, region) if part)
