"""Passwords are hashed with argon2id; hashes from elsewhere verify and ask for a new one; nobody's take as long as somebody's."""

import json
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import bcrypt
import pytest
import pytest_asyncio
from argon2 import PasswordHasher, Type, extract_parameters
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from adapters.crypto.passwords import ThreadedPasswords, argon2id, open_passwords
from domain.passwords import Verdict
from tests.node import CLIENTS, node

pytestmark = pytest.mark.asyncio

PASSWORD = "quiet otter climbs"
TYPED = [
    PASSWORD,
    "drei Affen im Café",
    "пять слонов",
    "🎭 curtain up",
    "l" * 71 + "éé and what bcrypt leaves out",
    "a b:c.d$e",
]


@pytest_asyncio.fixture(scope="module")
async def passwords() -> AsyncIterator[ThreadedPasswords]:
    """As the gateway has them."""
    async with open_passwords() as opened:
        yield opened


async def test_new_ones_are_argon2id_with_the_parameters_of_owasp(passwords: ThreadedPasswords) -> None:
    stored = await passwords.hash(PASSWORD)

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != await passwords.hash(PASSWORD)
    assert PASSWORD not in stored


@pytest.mark.parametrize("typed", TYPED)
async def test_a_password_is_right_for_its_hash_and_no_other_is(passwords: ThreadedPasswords, typed: str) -> None:
    stored = await passwords.hash(typed)

    assert await passwords.verify(typed, stored) is Verdict.RIGHT
    assert await passwords.verify(typed + " ", stored) is Verdict.WRONG
    assert await passwords.verify(typed.upper(), stored) is Verdict.WRONG
    assert await passwords.verify("", stored) is Verdict.WRONG


async def test_another_library_reads_what_is_stored_here(passwords: ThreadedPasswords) -> None:
    Argon2id.verify_phc_encoded(PASSWORD.encode(), await passwords.hash(PASSWORD))


async def test_what_another_library_made_is_read_here(passwords: ThreadedPasswords) -> None:
    like_ours = Argon2id(salt=b"s" * 16, length=32, iterations=2, lanes=1, memory_cost=19_456).derive_phc_encoded(PASSWORD.encode())
    weaker = Argon2id(salt=b"s" * 16, length=32, iterations=1, lanes=1, memory_cost=8_192).derive_phc_encoded(PASSWORD.encode())
    argon2i = PasswordHasher(type=Type.I, memory_cost=8_192).hash(PASSWORD)

    assert await passwords.verify(PASSWORD, like_ours) is Verdict.RIGHT
    assert [await passwords.verify(PASSWORD, each) for each in (weaker, argon2i)] == [Verdict.RIGHT_BUT_OLD] * 2
    assert [await passwords.verify("another one", each) for each in (like_ours, weaker, argon2i)] == [Verdict.WRONG] * 3


async def test_another_keyboards_spelling_is_the_same_password(passwords: ThreadedPasswords) -> None:
    composed, taken_apart, wide = "Café №5 ｆüｒ alle", unicodedata.normalize("NFD", "Café №5 ｆüｒ alle"), "Café No5 für alle"
    stored = await passwords.hash(composed)

    assert [await passwords.verify(each, stored) for each in (composed, taken_apart, wide)] == [Verdict.RIGHT] * 3


async def test_a_hash_of_what_was_typed_elsewhere_is_read_and_made_anew(passwords: ThreadedPasswords) -> None:
    typed = "Café №5 für alle"
    stored = argon2id().hash(typed)

    assert await passwords.verify(typed, stored) is Verdict.RIGHT_BUT_OLD
    assert await passwords.verify("Café No5 für alle", stored) is Verdict.WRONG


async def test_what_node_hashed_verifies_and_asks_for_a_new_hash(passwords: ThreadedPasswords) -> None:
    made: list[dict[str, str]] = json.loads(await node("hash-passwords.mjs", *TYPED))

    kinds = {kind: hashes[kind] for hashes in made for kind in hashes}
    assert set(kinds) == {"bcrypt", "saltFirst", "digestFirst", "bytesAsSalt"}
    for typed, hashes in zip(TYPED, made, strict=True):
        for kind, stored in hashes.items():
            assert passwords.can_verify(stored), kind
            assert await passwords.verify(typed, stored) is Verdict.RIGHT_BUT_OLD, (kind, typed)
            assert await passwords.verify(typed[1:], stored) is Verdict.WRONG, (kind, typed)
        assert await passwords.verify(typed, await passwords.hash(typed)) is Verdict.RIGHT


async def test_every_name_of_bcrypt_is_the_same_function(passwords: ThreadedPasswords, tmp_path: Path) -> None:
    """bcryptjs says so, too: it compares with each of the three names."""
    (made,) = json.loads(await node("hash-passwords.mjs", PASSWORD))
    named = [prefix + made["bcrypt"][3:] for prefix in ("$2a", "$2b", "$2y")]
    script = tmp_path / "compare.mjs"
    script.write_text(
        f"import bcrypt from {json.dumps(str(CLIENTS / 'node_modules' / 'bcryptjs' / 'index.js'))}\n"
        f"console.log(JSON.stringify({json.dumps(named)}.map(each => bcrypt.compareSync({json.dumps(PASSWORD)}, each))))"
    )

    assert json.loads(await node(str(script))) == [True, True, True]
    assert [await passwords.verify(PASSWORD, each) for each in named] == [Verdict.RIGHT_BUT_OLD] * 3


async def test_a_published_vector_of_bcrypt_is_met(passwords: ThreadedPasswords) -> None:
    """From the test suite of OpenBSD's bcrypt as jBCrypt spread it."""
    assert await passwords.verify("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i") is Verdict.RIGHT_BUT_OLD


async def test_bcrypt_reads_72_bytes_and_no_more(passwords: ThreadedPasswords) -> None:
    stored = bcrypt.hashpw(b"l" * 72, bcrypt.gensalt(4)).decode()

    assert await passwords.verify("l" * 100, stored) is Verdict.RIGHT_BUT_OLD
    assert await passwords.verify("l" * 71, stored) is Verdict.WRONG


STRANGE = [
    "",
    "quiet otter climbs",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
    "$2x$04$" + "a" * 53,
    "$2b$31$" + "a" * 53,
    "$2b$03$" + "a" * 53,
    "$2b$04$" + "a" * 52,
    "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$" + "a" * 43,
    "$argon2id$v=19$m=19456,t=2000,p=1$c2FsdHNhbHQ$" + "a" * 43,
    "$argon2id$",
    "salt:" + "a" * 127,
    ":" + "a" * 128,
    "a" * 128,
    "a" * 128 + ".",
    "salt:" + "g" * 128,
]


@pytest.mark.parametrize("stored", STRANGE)
async def test_a_hash_of_another_form_or_cost_is_never_right_and_known_before(passwords: ThreadedPasswords, stored: str) -> None:
    assert not passwords.can_verify(stored)
    assert await passwords.verify("quiet otter climbs", stored) is Verdict.WRONG


@pytest.mark.parametrize(
    "typed",
    ["", "\x00", "half \ud800 a character", "x" * 100_000, "ﷺ" * 5_000, "a\x00b"],
    ids=["nothing", "zero", "half", "long", "wide", "cut"],
)
@pytest.mark.parametrize(
    "stored",
    [None, argon2id().hash(PASSWORD), bcrypt.hashpw(b"a", bcrypt.gensalt(4)).decode(), "s:" + "a" * 128],
    ids=["nobody", "argon2", "bcrypt", "scrypt"],
)
async def test_whatever_is_typed_is_wrong_and_no_fault(passwords: ThreadedPasswords, typed: str, stored: str | None) -> None:
    assert await passwords.verify(typed, stored) is Verdict.WRONG


async def test_what_is_longer_than_any_password_is_wrong_even_where_it_was_hashed(passwords: ThreadedPasswords) -> None:
    most, more = "x" * 4_096, "x" * 4_097

    verdicts = [await passwords.verify(each, argon2id().hash(each)) for each in (most, more)]

    assert verdicts == [Verdict.RIGHT, Verdict.WRONG]


class Counted(PasswordHasher):
    """Argon2 as it is, which also counts what it verified, and with which parameters."""

    def __init__(self) -> None:
        ours = argon2id()
        super().__init__(ours.time_cost, ours.memory_cost, ours.parallelism)
        self.verified: list[object] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


@pytest.mark.parametrize(("typed", "spellings"), [("a wrong guess", 1), ("", 1), ("x" * 5_000, 1), ("a guess №5", 2)])
async def test_nobodys_password_goes_through_the_same_function_as_somebodys(typed: str, spellings: int) -> None:
    counted = Counted()
    passwords = ThreadedPasswords(counted)
    stored = await passwords.hash(PASSWORD)

    verdicts = [await passwords.verify(typed, stored), await passwords.verify(typed, None), await passwords.verify(typed, "unknown form")]

    await passwords.close()
    assert verdicts == [Verdict.WRONG] * 3
    assert counted.verified == [extract_parameters(stored)] * 3 * spellings
