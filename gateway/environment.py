"""Reads environment variables, and collects everything that is wrong with them instead of stopping at the first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")


class Secret:
    """Text that never shows itself, neither in repr nor in str nor in logs; `reveal()` hands it to its one user."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True)
class Fault:
    """One variable, what is wrong with it (never a secret's value), and what to do."""

    variable: str
    wrong: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.variable} {self.wrong}. {self.next_step}"


class SettingsRefused(Exception):
    """Carries every fault at once, so that a configuration is mended in one round."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = "one setting is" if len(self.faults) == 1 else f"{len(self.faults)} settings are"
        super().__init__("\n".join([f"TicketBase cannot start: {count} wrong.", *(f"  {each}" for each in self.faults)]))


class Unfit(ValueError):
    """What a parser raises: what is wrong with the value, and the next step."""

    def __init__(self, wrong: str, next_step: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.next_step = next_step


class Environment:
    """Reads variables under their own name or an alias, and remembers the faults and the names it was asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._missing: list[Fault] = []
        self._wrong: list[Fault] = []
        self.names: set[str] = set()

    def read(
        self,
        name: str,
        parse: Callable[[str], T],
        default: T,
        *,
        aliases: tuple[str, ...] = (),
        required: str | None = None,
    ) -> T:
        """The parsed value, or the default where the variable is absent, empty or at fault.

        `required` is the next step to tell when it is absent; None means that it may be.
        """
        used, text = self.find(name, *aliases)
        if not text:
            if required:
                self._missing.append(Fault(name, "is not set", required))
            return default
        try:
            return parse(text)
        except Unfit as unfit:
            self.refuse(used, unfit.wrong, unfit.next_step)
            return default

    def find(self, name: str, *aliases: str) -> tuple[str, str]:
        """The name that is set and its text, stripped; two names with different texts are a fault."""
        self.names.update((name, *aliases))
        given = [(each, text) for each in (name, *aliases) if (text := self._environ.get(each, "").strip())]
        for other, text in given[1:]:
            if text != given[0][1]:
                self.refuse(other, f"says something else than {given[0][0]}", f"Keep {name} and remove {other}.")
        return given[0] if given else (name, "")

    def refuse(self, variable: str, wrong: str, next_step: str) -> None:
        """Note a fault."""
        self._wrong.append(Fault(variable, wrong, next_step))

    def faults(self, prefix: str, *, with_missing: bool = True) -> tuple[Fault, ...]:
        """All faults so far, and the variables with our prefix that look like a misspelt name of ours."""
        strangers = sorted(name for name in self._environ if name.startswith(prefix) and name not in self.names)
        misspelt = [
            Fault(name, "is no setting", f"Did you mean {near[0]}?")
            for name in strangers
            if (near := get_close_matches(name, self.names, n=1, cutoff=0.9))
        ]
        return (*(self._missing if with_missing else ()), *self._wrong, *misspelt)
