"""A list of sessions calls devices what people call them."""

import pytest

from domain.devices import UNKNOWN, device_of

GECKO, WEBKIT = "Gecko/20100101", "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) {GECKO} Firefox/140.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1", "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.5 Safari/605.1.15", "Safari on macOS"),
        ("curl/8.9.1", "curl"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("Mozilla/5.0", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
        ("\x00\xff<script>", UNKNOWN),
        ("A" * 10_000, UNKNOWN),
    ],
    ids=["firefox", "chrome", "edge", "iphone", "android", "safari", "curl", "httpx", "bare", "empty", "none", "junk", "long"],
)  # fmt: skip
def test_a_device_is_called_by_its_program_and_system(agent: str | None, device: str) -> None:
    assert device_of(agent) == device
