"""What a ticket's code says, byte by byte, with the vector of docs/ticket-codes.md."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.crypto.ticket_signing import Ed25519Signer, key_id_of, new_ticket_key
from domain.tickets.base45 import read_base45, write_base45
from domain.tickets.codec import (
    CODE_BYTES,
    CodeFacts,
    CodeFlag,
    CodeUnreadable,
    for_cameras,
    for_links,
    message_of,
    pack,
    read_code,
    read_text,
)

PAGE = Path(__file__).parents[2] / "docs" / "ticket-codes.md"
SECRET = bytes(range(32))
PUBLIC = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
FACTS = CodeFacts(
    key_id=bytes.fromhex("56475aa75463474c"),
    ticket_id=UUID("0198c7a0-7b00-7000-8000-000000000001"),
    valid_from=datetime(2031, 4, 1, tzinfo=UTC),
    valid_until=datetime(2031, 5, 2, 21, tzinfo=UTC),
    revision=3,
    flags=CodeFlag.COMPLIMENTARY,
)
SIGNER = Ed25519Signer()


def signed(facts: CodeFacts = FACTS) -> bytes:
    packed = pack(facts)
    return packed + SIGNER.sign(SECRET, message_of(packed))


def test_the_vector_of_the_manual_is_what_we_make() -> None:
    manual = PAGE.read_text()

    told = [pack(FACTS).hex(), signed().hex(), for_cameras(signed()), for_links(signed()), PUBLIC.hex(), SECRET.hex()]

    assert [each in manual for each in told] == [True] * 6
    assert key_id_of(PUBLIC) == FACTS.key_id


def test_what_is_read_is_what_was_written() -> None:
    code = read_code(signed())

    assert code.facts == FACTS
    assert SIGNER.verify(PUBLIC, message_of(code.signed), code.signature)
    assert (len(signed()), len(for_cameras(signed())), len(for_links(signed()))) == (CODE_BYTES, 153, 134)
    assert read_text(for_cameras(signed())) == read_text(for_links(signed())) == signed()


def test_a_ticket_without_bounds_says_so() -> None:
    boundless = CodeFacts(FACTS.key_id, FACTS.ticket_id, None, None, 1)

    assert read_code(pack(boundless) + bytes(64)).facts == boundless


@pytest.mark.parametrize("bit", range(CODE_BYTES * 8), ids=str)
def test_no_bit_can_be_turned(bit: int) -> None:
    turned = bytearray(signed())
    turned[bit // 8] ^= 1 << bit % 8

    try:
        code = read_code(bytes(turned))
    except CodeUnreadable:
        return
    genuine = code.facts.key_id == FACTS.key_id and SIGNER.verify(PUBLIC, message_of(code.signed), code.signature)
    assert not genuine


@pytest.mark.parametrize("length", [0, 1, 35, 36, 99, 101, 200], ids=str)
def test_a_code_that_is_cut_or_longer_is_not_read(length: int) -> None:
    with pytest.raises(CodeUnreadable):
        read_code((signed() * 2)[:length])


@pytest.mark.parametrize(
    ("at", "value"), [(0, 0), (0, 2), (35, 2), (35, 128)], ids=["version 0", "version 2", "a flag not named", "the last flag"]
)
def test_what_version_1_does_not_say_is_not_read(at: int, value: int) -> None:
    packed = bytearray(pack(FACTS))
    packed[at] = value

    with pytest.raises(CodeUnreadable):
        read_code(bytes(packed) + SIGNER.sign(SECRET, message_of(bytes(packed))))


def test_revisions_begin_at_one_and_end_with_two_bytes() -> None:
    for revision in (0, 65_536):
        with pytest.raises(CodeUnreadable):
            pack(CodeFacts(FACTS.key_id, FACTS.ticket_id, None, None, revision))
    packed = bytearray(pack(FACTS))
    packed[33:35] = bytes(2)
    with pytest.raises(CodeUnreadable):
        read_code(bytes(packed) + bytes(64))


def test_times_that_four_bytes_cannot_say_are_not_written() -> None:
    for moment in (datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 2, 8, tzinfo=UTC)):
        with pytest.raises(CodeUnreadable):
            pack(CodeFacts(FACTS.key_id, FACTS.ticket_id, moment, None, 1))


def test_a_signature_over_the_facts_alone_or_by_another_key_is_worth_nothing() -> None:
    packed = pack(FACTS)
    other_public, other_secret = new_ticket_key()

    assert not SIGNER.verify(PUBLIC, message_of(packed), SIGNER.sign(SECRET, packed))
    assert not SIGNER.verify(PUBLIC, message_of(packed), SIGNER.sign(other_secret, message_of(packed)))
    assert SIGNER.verify(other_public, message_of(packed), SIGNER.sign(other_secret, message_of(packed)))
    assert not SIGNER.verify(b"short", message_of(packed), bytes(64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TB:",
        for_cameras(signed()).lower(),
        for_cameras(signed())[3:],
        for_cameras(signed())[:-1],
        for_links(signed()) + "=",
        for_links(signed())[:-1] + chr(ord(for_links(signed())[-1]) + 1),
        for_links(signed()) + "\n",
        "TB::::" + for_cameras(signed())[6:],
        "ünreadable",
        "TB:\N{ARABIC-INDIC DIGIT ONE}00",
    ],
    ids=["nothing", "the prefix", "small letters", "no prefix", "cut", "padded", "last bits", "a line end", "too large", "accent", "digit"],
)
def test_a_text_that_is_spelled_otherwise_is_not_read(text: str) -> None:
    with pytest.raises(CodeUnreadable):
        read_code(read_text(text))


@given(st.binary(max_size=120))
def test_base_45_gives_back_what_it_was_given(data: bytes) -> None:
    assert read_base45(write_base45(data)) == data


@pytest.mark.parametrize(("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")], ids=str)
def test_base_45_is_that_of_the_rfc(data: bytes, text: str) -> None:
    assert write_base45(data) == text
    assert read_base45(text) == data
