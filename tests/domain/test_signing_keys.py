"""Keys take their places one after the other, and not before everybody can know."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.signing_keys import Place, RotatedTooSoon, SigningKey, first_keys, free_at, is_older_than, rotate

NOW = datetime(2040, 1, 1, tzinfo=UTC)
RING = first_keys(("a", b"A"), ("b", b"B"), NOW)
MINUTE = timedelta(minutes=1)


def places(keys: object) -> list[tuple[str, str]]:
    return [(each.id, each.place.value) for each in keys]  # type: ignore[attr-defined]


def test_the_next_key_signs_and_the_one_that_signed_is_still_accepted() -> None:
    later = NOW + timedelta(days=1)

    rotation = rotate(RING, ("c", b"C"), later)

    assert places(rotation.keys) == [("b", "CURRENT"), ("c", "NEXT"), ("a", "PREVIOUS")]
    assert rotation.keys[0] == SigningKey("b", Place.CURRENT, b"B", NOW, later)
    assert rotation.forgotten is None


def test_the_second_rotation_forgets_the_first_key() -> None:
    once = rotate(RING, ("c", b"C"), NOW + timedelta(days=1)).keys

    twice = rotate(once, ("d", b"D"), NOW + timedelta(days=2))

    assert places(twice.keys) == [("c", "CURRENT"), ("d", "NEXT"), ("b", "PREVIOUS")]
    assert twice.forgotten is not None
    assert twice.forgotten.id == "a"


def test_a_key_that_was_not_published_long_enough_does_not_sign() -> None:
    with pytest.raises(RotatedTooSoon) as soon:
        rotate(RING, ("c", b"C"), NOW + 6 * MINUTE - timedelta(seconds=1))

    assert soon.value.until == NOW + 6 * MINUTE
    assert places(rotate(RING, ("c", b"C"), NOW + 6 * MINUTE).keys)[0] == ("b", "CURRENT")


def test_a_key_whose_tokens_live_is_not_forgotten() -> None:
    once = rotate(RING, ("c", b"C"), NOW + 6 * MINUTE).keys

    assert free_at(once) == NOW + 22 * MINUTE


def test_who_cannot_wait_does_it_at_once() -> None:
    assert places(rotate(RING, ("c", b"C"), NOW, at_once=True).keys) == [("b", "CURRENT"), ("c", "NEXT"), ("a", "PREVIOUS")]


def test_a_ring_is_as_old_as_its_current_key() -> None:
    day = timedelta(days=1)

    assert is_older_than(RING, day, NOW + day)
    assert not is_older_than(RING, day, NOW + day - MINUTE)
