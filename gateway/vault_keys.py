"""The keys of the vault as settings: `id:base64` of 32 bytes, separated by commas or lines; the first seals, all of them open."""

import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from adapters.crypto.vault import KEY_BYTES, EnvelopeVault, VaultKeyInvalid, read_vault_key
from gateway.environment import Environment, Secret, Unfit

MAKE_A_VAULT_KEY = 'Make one with `echo "k1:$(openssl rand -base64 32)"`.'
KEY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class VaultKey:
    """One key of the vault: the name that sealed secrets carry, and the key in base64."""

    id: str
    key: Secret


def read_vault_keys(source: Environment) -> tuple[VaultKey, ...]:
    """They come as text or as a file; giving both is a fault, because nobody could tell which one is first."""
    by_text, by_file = "TICKETBASE_VAULT_KEYS", "TICKETBASE_VAULT_KEYS_FILE"
    file_given = bool(source.find(by_file)[1])
    if file_given and source.find(by_text)[1]:
        source.refuse(by_file, f"is set beside {by_text}", "Keep one of them.")
    needed = None if file_given else f"{MAKE_A_VAULT_KEY} Or name a file with {by_file}."
    return source.read(by_file, vault_keys_file, source.read(by_text, vault_keys, (), required=needed))


def vault_keys(value: str) -> tuple[VaultKey, ...]:
    """The keys in their order. A key is never repeated in a fault, and neither is what stands where an id should."""
    keys: dict[str, VaultKey] = {}
    for place, entry in enumerate((each for each in re.split(r"[,\s]+", value) if each), start=1):
        key_id, colon, text = entry.partition(":")
        if not colon or not KEY_ID.fullmatch(key_id):
            raise Unfit(
                f"names no key before a colon in entry {place}", f"Write id:key, the id in small letters and digits. {MAKE_A_VAULT_KEY}"
            )
        if key_id in keys:
            raise Unfit(f"has the key {key_id!r} twice", "Give every key an id of its own.")
        keys[key_id] = _vault_key(key_id, text)
    if not keys:
        raise Unfit("has no key", MAKE_A_VAULT_KEY)
    if len({each.key for each in keys.values()}) < len(keys):
        raise Unfit("has one key under two ids", "A new id needs a new key, else nothing is gained by it.")
    return tuple(keys.values())


def _vault_key(key_id: str, text: str) -> VaultKey:
    try:
        read_vault_key(text)
    except VaultKeyInvalid as invalid:
        raise Unfit(f"has a key {key_id!r} that {invalid}", MAKE_A_VAULT_KEY) from None
    return VaultKey(key_id, Secret(text))


def vault_keys_file(value: str) -> tuple[VaultKey, ...]:
    """The path of a file that holds such keys."""
    try:
        return vault_keys(Path(value).read_text(encoding="ascii"))
    except OSError as error:
        raise Unfit(f"names {value!r}, which cannot be read ({error.strerror})", MAKE_A_VAULT_KEY) from None
    except UnicodeDecodeError:
        raise Unfit(f"names {value!r}, which is no file of keys", MAKE_A_VAULT_KEY) from None
    except Unfit as unfit:
        raise Unfit(f"names {value!r}, which {unfit.wrong}", unfit.next_step) from None


def new_vault_key() -> str:
    """The setting's text for a new key; its id is taken from the key, so that two installations never call theirs alike."""
    key = os.urandom(KEY_BYTES)
    return f"{sha256(key).hexdigest()[:8]}:{b64encode(key).decode()}"


def vault_of(keys: Sequence[VaultKey]) -> EnvelopeVault:
    """The vault that these keys open."""
    return EnvelopeVault({each.id: read_vault_key(each.key.reveal()) for each in keys})
