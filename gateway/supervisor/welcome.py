"""What is printed when everything is up: where to look, whom to be, and a first thing to ask."""

import json
from dataclasses import dataclass
from pathlib import Path

FIRST_QUERY = "{ events(first: 3) { nodes { title startsAt ticketTypes { name price { formatted } } } } }"


@dataclass(frozen=True, slots=True)
class Welcome:
    """The facts of one TicketBase that is up; what is None is not brought along or could not be made."""

    host: str
    port: int
    data: Path
    environment_file: Path
    mails: str | None
    organization: str | None
    password: str | None

    def text(self, *, seconds: float, token: str | None) -> str:
        """The lines for the console; `seconds` is how long it took."""
        address = f"http://{_spoken(self.host)}:{self.port}"
        lines = ["", f"TicketBase is up after {seconds:.1f} s.", ""]
        lines += [f"  GraphiQL    {address}/graphql", f"  REST        {address}/docs"]
        lines += [f"  Mails       {self.mails}"] if self.mails else []
        lines += [f"  Data        {self.data} (logs in {self.data / 'logs'})", ""]
        if token:
            lines += [f"  A token of the owner of `{self.organization}`, for the header `Authorization: Bearer …`:", f"  {token}", ""]
        if token and self.password:
            lines += [f"  Or sign in as owner@{self.organization}.example with the password `{self.password}`.", ""]
        lines += ["  A first query:", f"  {self._curl(address)}", ""]
        lines += ["  For `ticketbase` commands in another terminal:", f"  set -a; . {_quoted(str(self.environment_file))}; set +a", ""]
        return "\n".join([*lines, "Ctrl-C stops everything; the data stay.", ""])

    def _curl(self, address: str) -> str:
        body = _quoted(json.dumps({"query": FIRST_QUERY}))
        organization = f" -H 'X-Organization: {self.organization}'" if self.organization else ""
        return f"curl -s {address}/graphql -H 'Content-Type: application/json'{organization} -d {body}"


def environment_text(environment: dict[str, str]) -> str:
    """Variables in the form of a .env file, which a shell reads as well."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in sorted(environment.items()))


def _spoken(host: str) -> str:
    """How a person on this machine calls it."""
    if host in {"127.0.0.1", "::1", "0.0.0.0", "::", ""}:  # noqa: S104 - compared, not listened on
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _quoted(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"
