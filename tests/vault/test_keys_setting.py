"""The keys of the vault come as text or as a file, in an order that counts; what is wrong with them is told without them."""

from pathlib import Path

import pytest

from gateway.settings import read_settings
from gateway.vault_keys import new_vault_key
from tests.gateway.test_settings import NEEDED, VAULT_KEY, faults_of, settings_of, without


def test_the_vaults_keys_keep_their_order_and_may_come_from_a_file_a_line_each(tmp_path: Path) -> None:
    other = "k-2.b:" + "A" * 43 + "="
    (tmp_path / "vault.keys").write_text(f"{other}\n{VAULT_KEY}\n\n")

    from_text = settings_of(TICKETBASE_VAULT_KEYS=f"{other}, {VAULT_KEY}")
    from_file = read_settings(without("TICKETBASE_VAULT_KEYS") | {"TICKETBASE_VAULT_KEYS_FILE": str(tmp_path / "vault.keys")})

    assert [f"{each.id}:{each.key.reveal()}" for each in from_text.vault_keys] == [other, VAULT_KEY]
    assert from_file.vault_keys == from_text.vault_keys


def test_keys_of_the_vault_from_two_places_are_refused_because_nobody_knows_which_is_first(tmp_path: Path) -> None:
    (tmp_path / "vault.keys").write_text(VAULT_KEY)

    faults = faults_of(NEEDED | {"TICKETBASE_VAULT_KEYS_FILE": str(tmp_path / "vault.keys")})

    assert faults == {"TICKETBASE_VAULT_KEYS_FILE": "is set beside TICKETBASE_VAULT_KEYS"}


def test_a_new_key_of_the_vault_is_one_that_is_taken_and_called_like_no_other() -> None:
    first, second = new_vault_key(), new_vault_key()

    settings = settings_of(TICKETBASE_VAULT_KEYS=f"{first},{second}")

    assert [each.id for each in settings.vault_keys] == [first.partition(":")[0], second.partition(":")[0]]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (None, "which cannot be read (No such file or directory)"),
        ("k1:Ã", "which is no file of keys"),
        ("\n", "which has no key"),
        ("k1:b3BlbnNlc2FtZQ==", "which has a key 'k1' that has 10 bytes, not 32"),
    ],
)
def test_a_wrong_file_of_keys_is_named_with_what_is_wrong(tmp_path: Path, text: str | None, wrong: str) -> None:
    path = tmp_path / "vault.keys"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    faults = faults_of(without("TICKETBASE_VAULT_KEYS") | {"TICKETBASE_VAULT_KEYS_FILE": str(path)})

    assert faults == {"TICKETBASE_VAULT_KEYS_FILE": f"names {str(path)!r}, {wrong}"}
