"""The file .env is read as people write such files, and what cannot be read is told with its line."""

from pathlib import Path

import pytest

from gateway.dotenv import read_dotenv
from gateway.settings import SettingsRefused


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PORT=9000", {"PORT": "9000"}),
        ("export PORT = 9000 ", {"PORT": "9000"}),
        ("PORT=9000 # the usual", {"PORT": "9000"}),
        ("S3_BUCKET=", {"S3_BUCKET": ""}),
        ("NAME='a # b'", {"NAME": "a # b"}),
        (r'JWT_KEY="one\ntwo\\three\"four\d"', {"JWT_KEY": 'one\ntwo\\three"four\\d'}),
        ("URL=redis://:p@host/0?a=b", {"URL": "redis://:p@host/0?a=b"}),
        ("# nothing", {}),
        ("   ", {}),
    ],
)
def test_a_line_is_read_as_people_write_it(tmp_path: Path, line: str, expected: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(line + "\n")

    assert read_dotenv(tmp_path / ".env") == expected


def test_no_file_means_no_variables(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


def test_every_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nfree text\nKEY='open\n")

    with pytest.raises(SettingsRefused) as refusal:
        read_dotenv(tmp_path / ".env")

    assert [fault.variable for fault in refusal.value.faults] == [".env, line 2,", ".env, line 3,"]


def test_the_example_itself_can_be_read() -> None:
    assert read_dotenv(Path(__file__).parents[2] / ".env.example") == {}
