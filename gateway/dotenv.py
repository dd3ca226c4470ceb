"""Reads the file .env, in which a person keeps the settings of one machine.

The form is the plain one: a NAME=value per line, `#` for comments, values bare or in single or double quotes. In double
quotes `\\n` is a line break. Nothing is expanded.
"""

import re
from pathlib import Path

from gateway.environment import Fault, SettingsRefused

LINE = re.compile(
    r"""\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*
    (?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s#'"][^#]*?|))\s*(?:(?<=\s)\#.*)?""",
    re.VERBOSE,
)
ESCAPES = {r"\n": "\n", r"\"": '"', r"\\": "\\"}


def read_dotenv(path: Path) -> dict[str, str]:
    """The variables in the file, none when there is no file. Raises SettingsRefused with every line it cannot read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused([Fault(str(path), f"cannot be read ({error})", "Mend or remove the file.")]) from None
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := LINE.fullmatch(line):
            values[found["name"]] = _value(found)
        else:
            where = f"{path.name}, line {number},"
            faults.append(Fault(where, "is no NAME=value", "Quote a value with spaces, quotes or #."))
    if faults:
        raise SettingsRefused(faults)
    return values


def _value(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return re.sub(r"\\[n\"\\]", lambda escape: ESCAPES[escape[0]], found["double"])
    return str(found["bare"] if found["single"] is None else found["single"])
