"""Devices: what a list of sessions calls the browser or program that signed in."""

import re
from ipaddress import ip_address, ip_network

from domain.secrets import digest

LONGEST_AGENT = 400
UNKNOWN = "Unknown device"
UNKNOWN_ADDRESS = "?"

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


def network_of(address: str | None) -> str:
    """The network that an address is in: what stays the same when a provider gives a household another address; empty for none."""
    try:
        kind = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((kind, 24 if kind.version == 4 else 48), strict=False))


def mark_of(device: str, address: str | None) -> bytes:
    """By what a device in its network is recognised; 32 bytes that tell nobody which they are."""
    return digest(f"{device}\n{network_of(address)}")


def device_of(user_agent: str | None) -> str:
    """A name a person recognises, of what the User-Agent header says: `Firefox on Linux`, `curl`; UNKNOWN when it says nothing."""
    agent = (user_agent or "")[:LONGEST_AGENT]
    program = next((name for sign, name in _PROGRAMS if f"{sign}/" in agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    if program and agent.startswith("Mozilla/"):
        return f"{program} on {system}" if system else program
    product = _PRODUCT.match(agent)
    return product[1] if product and product[1] != "Mozilla" else UNKNOWN
