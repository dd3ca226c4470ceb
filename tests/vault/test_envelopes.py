"""The vault opens what it sealed, where it belongs, under any of its keys; whatever else lies there is refused."""

import os
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.crypto.vault import EnvelopeVault, VaultKeyInvalid, read_vault_key
from domain.vault import Unsealable, Vault, binding

OLD, NEW = bytes(range(32)), os.urandom(32)
PLACE = binding("person", "0190-a", "totp", 1)
SECRET = b"JBSWY3DPEHPK3PXP"


def vault(**keys: bytes) -> EnvelopeVault:
    return EnvelopeVault(keys or {"old": OLD})


@given(plain=st.binary(max_size=4_000), place=st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_what_is_sealed_opens_again_at_its_place(plain: bytes, place: str) -> None:
    sealed = vault().seal(plain, bound_to=place)

    assert vault().open(sealed, bound_to=place) == plain
    assert len(plain) < 8 or plain not in sealed


def test_the_envelope_is_written_as_documented() -> None:
    sealed = vault().seal(SECRET, bound_to=PLACE)

    assert sealed[:5] == b"\x01\x03old"
    assert len(sealed) == 2 + 3 + 12 + 48 + 12 + len(SECRET) + 16


def test_the_same_secret_never_looks_the_same_twice() -> None:
    sealed = [vault().seal(SECRET, bound_to=PLACE) for _ in range(50)]

    assert len({each[5:] for each in sealed}) == 50
    assert len({each[5:17] for each in sealed}) == len({each[65:77] for each in sealed}) == 50


@pytest.mark.parametrize("place", ["person|0190-b|totp|1", "person|0190-a|totp|2", "person|0190-a|totp|1 ", "x"])
def test_a_secret_that_was_carried_elsewhere_stays_closed(place: str) -> None:
    sealed = vault().seal(SECRET, bound_to=PLACE)

    with pytest.raises(Unsealable, match="changed, or sealed for another place"):
        vault().open(sealed, bound_to=place)


def test_no_bit_can_be_changed_and_no_byte_taken_or_added() -> None:
    sealed = vault().seal(SECRET, bound_to=PLACE)
    spoilt = [bytes((*sealed[:at], sealed[at] ^ 1 << bit, *sealed[at + 1 :])) for at in range(len(sealed)) for bit in range(8)]
    spoilt += [sealed[:length] for length in range(len(sealed))] + [sealed + b"\0"]

    for each in spoilt:
        with pytest.raises(Unsealable):
            vault().open(each, bound_to=PLACE)


def test_parts_of_two_envelopes_do_not_make_a_third() -> None:
    one, other = (vault().seal(each, bound_to=PLACE) for each in (b"one", b"two"))

    with pytest.raises(Unsealable):
        vault().open(one[:65] + other[65:], bound_to=PLACE)


ASKS: list[Callable[[Vault, bytes], object]] = [
    lambda asked, sealed: asked.open(sealed, bound_to=PLACE),
    lambda asked, sealed: asked.rewrap(sealed),
]


@pytest.mark.parametrize("ask", ASKS)
def test_a_key_that_is_not_at_hand_is_named(ask: Callable[[Vault, bytes], object]) -> None:
    with pytest.raises(Unsealable, match="'old' is not among those of the vault"):
        ask(vault(new=NEW), vault().seal(SECRET, bound_to=PLACE))


@pytest.mark.parametrize("ask", ASKS)
def test_another_key_under_the_same_name_opens_nothing(ask: Callable[[Vault, bytes], object]) -> None:
    with pytest.raises(Unsealable, match="'old' is another than the one that wrapped it"):
        ask(vault(old=NEW), vault().seal(SECRET, bound_to=PLACE))


@pytest.mark.parametrize("ask", ASKS)
def test_an_envelope_that_was_renamed_opens_not_even_under_the_same_key(ask: Callable[[Vault, bytes], object]) -> None:
    sealed = vault().seal(SECRET, bound_to=PLACE)

    with pytest.raises(Unsealable, match="'odd'"):
        ask(vault(old=OLD, odd=OLD), sealed.replace(b"old", b"odd"))


@pytest.mark.parametrize("ask", [*ASKS, lambda asked, sealed: asked.needs_rewrap(sealed)])
@pytest.mark.parametrize("never", [b"", b"\x01", b"\x01\x00" + b"x" * 99, b"\x02\x03old" + b"x" * 99, b"\x01\x03\xff\xff\xff" + b"x" * 99])
def test_what_was_never_sealed_here_is_refused(ask: Callable[[Vault, bytes], object], never: bytes) -> None:
    with pytest.raises(Unsealable):
        ask(vault(), never)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    before = vault().seal(SECRET, bound_to=PLACE)
    both = vault(new=NEW, old=OLD)

    assert both.open(before, bound_to=PLACE) == SECRET
    assert both.needs_rewrap(before)
    assert not both.needs_rewrap(both.seal(SECRET, bound_to=PLACE))


def test_rewrapping_changes_the_data_keys_wrapping_and_nothing_else() -> None:
    both = vault(new=NEW, old=OLD)
    before = vault().seal(SECRET, bound_to=PLACE)

    after = both.rewrap(before)

    assert after[65:] == before[65:]
    assert after[:5] == b"\x01\x03new"
    assert not both.needs_rewrap(after)
    assert vault(new=NEW).open(after, bound_to=PLACE) == SECRET
    with pytest.raises(Unsealable):
        vault().open(after, bound_to=PLACE)


def test_a_vault_needs_whole_keys_with_names() -> None:
    with pytest.raises(VaultKeyInvalid, match="no key"):
        EnvelopeVault({})
    with pytest.raises(VaultKeyInvalid, match="'short' has 16 bytes, not 32"):
        vault(short=b"x" * 16)
    with pytest.raises(VaultKeyInvalid, match="id"):
        EnvelopeVault({"": OLD})


@pytest.mark.parametrize("text", ["not base64!", "q" * 43, "cXE=", "q" * 43 + "=\n"])
def test_a_key_is_32_bytes_in_base64_and_never_repeated(text: str) -> None:
    with pytest.raises(VaultKeyInvalid) as invalid:
        read_vault_key(text)

    assert text not in str(invalid.value)


def test_nothing_is_sealed_for_nowhere() -> None:
    with pytest.raises(ValueError, match="place"):
        vault().seal(SECRET, bound_to="")


@pytest.mark.parametrize("parts", [("a|b", "c", "d"), ("", "c", "d"), ("a", "c", "")])
def test_two_places_are_never_written_alike(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="without"):
        binding(*parts, 1)


def test_no_way_of_printing_a_vault_shows_a_key() -> None:
    shown = repr(vault()) + str(vars(vault()))

    assert repr(OLD) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(vault())
