"""The rules of images that depend on nothing else."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.images import (
    Examined,
    Image,
    ImageQuotaExceeded,
    ImageStatus,
    RequestImageUpload,
    Shelf,
    request,
    settle,
)
from domain.pictures import Drawing, Picture
from domain.refusals import Refused

NOW = datetime(2040, 1, 1, tzinfo=UTC)
SOMEBODY = UUID(int=1)


def _waiting(byte_size: int = 100) -> Image:
    ask = RequestImageUpload(UUID(int=2), "image/png", byte_size, {})
    return request(UUID(int=3), ask, Shelf((), 0), 1_000, SOMEBODY, NOW)


def _drawn(*sizes: int) -> Examined:
    return Examined("0" * 64, Picture(960, 960, tuple(Drawing(320, 320, bytes(size)) for size in sizes)))


def test_the_last_byte_of_the_quota_may_be_used() -> None:
    image = _waiting(1_000)

    assert (image.status, image.counted_bytes) == (ImageStatus.PENDING, 1_000)


def test_one_byte_more_than_the_quota_is_refused() -> None:
    with pytest.raises(Refused) as no:
        _waiting(1_001)

    assert no.value.refusal == ImageQuotaExceeded(0, 1_000)


def test_variants_take_the_place_of_what_was_announced() -> None:
    settled = settle(_waiting(), _drawn(200, 300), used_bytes=600, quota=1_000)

    assert (settled.status, settled.counted_bytes, settled.version) == (ImageStatus.READY, 500, 2)
    assert [each.byte_size for each in settled.variants] == [200, 300]


def test_variants_that_need_more_room_than_there_is_are_refused() -> None:
    with pytest.raises(Refused) as no:
        settle(_waiting(), _drawn(200, 301), used_bytes=600, quota=1_000)

    assert no.value.refusal == ImageQuotaExceeded(500, 1_000)


def test_what_was_settled_stays_as_it_is() -> None:
    settled = settle(_waiting(), _drawn(200), used_bytes=0, quota=1_000)

    assert settle(settled, None, used_bytes=10_000, quota=0) is settled
