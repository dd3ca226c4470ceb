"""JSON paths: how a place in a JSON document is written down for people, as RFC 9535 writes it."""

import re

Step = str | int

WHOLE = "$"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def json_path(*steps: Step, start: str = WHOLE) -> str:
    """The path that leads from `start` on: `$.zones[0].rows[2]`."""
    return start + "".join(_written(step) for step in steps)


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
