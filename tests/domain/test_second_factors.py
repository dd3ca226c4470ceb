"""Codes of authenticators follow RFC 6238 and are good for three steps; recovery codes are long enough, readable, and kept keyed."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.crypto.identifiers import new_token
from adapters.crypto.one_time_passwords import PyotpPasswords
from domain.sessions import Method
from domain.two_factor import ALPHABET, read_code, recovery_code, recovery_hash
from tests.identity.authenticators import code_at

# The secret of RFC 6238, appendix B: the ASCII text 12345678901234567890.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_examples_of_the_rfc_are_right(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert PyotpPasswords().steps_of(SECRET, code, at) == [seconds // 30]
    assert code_at(SECRET, seconds // 30) == code


@pytest.mark.parametrize(
    ("off", "steps"), [(-60, []), (-31, []), (-30, [0]), (-1, [0]), (0, [0]), (29, [0]), (30, [0]), (59, [0]), (60, [])]
)
def test_a_clock_may_be_wrong_by_one_step(off: int, steps: list[int]) -> None:
    begin = datetime(2030, 1, 1, tzinfo=UTC)
    step = int(begin.timestamp()) // 30

    found = PyotpPasswords().steps_of(SECRET, code_at(SECRET, step), begin + timedelta(seconds=off))

    assert found == [step + each for each in steps]


def test_secrets_have_160_bits() -> None:
    secrets = {PyotpPasswords().new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(each) for each in secrets} == {32}


def test_recovery_codes_use_every_letter_and_no_two_are_alike() -> None:
    codes = {recovery_code(new_token()) for _ in range(2_000)}

    assert len(codes) == 2_000
    assert {letter for each in codes for letter in each} == {*ALPHABET, "-"}
    assert len(ALPHABET) == 32
    assert {len(read_code(each).text) for each in codes} == {12}


@pytest.mark.parametrize(
    ("typed", "method", "text"),
    [
        ("123456", Method.TOTP, "123456"),
        (" 123 456 ", Method.TOTP, "123456"),
        ("7K3M-9QXR-2WTZ", Method.RECOVERY_CODE, "7k3m9qxr2wtz"),
        ("oil0-1234-5678", Method.RECOVERY_CODE, "011012345678"),
        ("12345", Method.RECOVERY_CODE, "12345"),
        ("1" * 65, Method.RECOVERY_CODE, ""),
    ],
    ids=["six digits", "with blanks", "capitals", "misread letters", "five digits", "too long"],
)
def test_what_was_typed_is_understood(typed: str, method: Method, text: str) -> None:
    given = read_code(typed)

    assert (given.method, given.text) == (method, text)


def test_what_is_kept_of_a_recovery_code_depends_on_the_sealed_secret() -> None:
    kept = {recovery_hash(secret, "7k3m9qxr2wtz") for secret in (SECRET, SECRET[::-1])}

    assert len(kept) == 2
    assert {len(each) for each in kept} == {32}
