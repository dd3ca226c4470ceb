"""Devices: what a list of sessions calls the browser or program that signed in."""

import re

LONGEST_AGENT = 400
UNKNOWN = "Unknown device"

# The first that is found counts: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_PROGRAMS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
_PRODUCT = re.compile(r"([A-Za-z][A-Za-z0-9._ -]{0,40})/")


def device_of(user_agent: str | None) -> str:
    """A name a person recognises, of what the User-Agent header says: `Firefox on Linux`, `curl`; UNKNOWN when it says nothing."""
    agent = (user_agent or "")[:LONGEST_AGENT]
    program = next((name for sign, name in _PROGRAMS if f"{sign}/" in agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    if program and agent.startswith("Mozilla/"):
        return f"{program} on {system}" if system else program
    product = _PRODUCT.match(agent)
    return product[1] if product and product[1] != "Mozilla" else UNKNOWN
