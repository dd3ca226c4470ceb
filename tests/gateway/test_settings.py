"""Settings are read whole, told wrong in one go, and never show a secret."""

import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from gateway.settings import (
    LogFormat,
    Mode,
    Secret,
    Settings,
    SettingsRefused,
    check_settings,
    read_settings,
)


def pem_of(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


PEM = pem_of(ed25519.Ed25519PrivateKey.generate())
OTHER_PEM = pem_of(ed25519.Ed25519PrivateKey.generate())
CURVE_PEM = pem_of(ec.generate_private_key(ec.SECP256R1()))
# No key of 32 bytes is easier to tell in what is printed.
OTHER_KEY = "opensesame" * 4 + "abA="
VAULT_KEY = "k1:" + "opensesame" * 4 + "abc="
NEEDED = {
    "DATABASE_URL": "postgresql://ticketbase_app:open-sesame@db:5432/ticketbase",
    "DATABASE_SYSTEM_URL": "postgresql://ticketbase_system:open-sesame@db:5432/ticketbase",
    "REDIS_URL": "redis://:open-sesame@cache:6379/0",
    "SMTP_URL": "smtp://mailer:open-sesame@mail:587",
    "S3_ENDPOINT": "https://objects.example",
    "S3_ACCESS_KEY": "access",
    "S3_SECRET_KEY": "open-sesame",
    "TICKETBASE_SIGNING_KEY": PEM,
    "TICKETBASE_VAULT_KEYS": VAULT_KEY,
}


def settings_of(**changes: str) -> Settings:
    return read_settings(NEEDED | changes)


def faults_of(environ: Mapping[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsRefused) as refusal:
        read_settings(environ)
    return {fault.variable: fault.wrong for fault in refusal.value.faults}


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in NEEDED.items() if name not in names}


def test_the_needed_variables_alone_give_production_with_the_documented_defaults() -> None:
    settings = settings_of()

    assert settings.mode is Mode.PRODUCTION
    assert (settings.host, settings.port, settings.base_domain) == ("127.0.0.1", 8000, "localhost")
    assert (settings.holds.seconds, settings.holds.cap_seconds) == (900, 1800)
    assert settings.limits.body_bytes == 102_400
    assert settings.limits.tokens_anonymous == 500
    assert settings.limits.deadline_seconds == 10
    assert settings.database_pool_size == 16
    assert settings.database_owner_url is None
    assert settings.introspection is False
    assert settings.allowed_origins == ()
    assert settings.log_format is LogFormat.JSON


def test_development_opens_what_a_developer_needs() -> None:
    settings = settings_of(TICKETBASE_MODE="development")

    assert settings.introspection is True
    assert settings.log_format is LogFormat.CONSOLE
    assert settings.allows_origin("http://localhost:5173")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "https://{organization}.localhost"),
        ({"TICKETBASE_BASE_DOMAIN": "tickets.example"}, "https://{organization}.tickets.example"),
        ({"TICKETBASE_MODE": "development", "TICKETBASE_PORT": "9000"}, "http://{organization}.localhost:9000"),
        ({"TICKETBASE_MODE": "development", "TICKETBASE_BASE_DOMAIN": "box.test:80"}, "http://{organization}.box.test:80"),
        ({"TICKETBASE_WEB_ADDRESS": "https://shop.example/{organization}/"}, "https://shop.example/{organization}"),
        ({"TICKETBASE_WEB_ADDRESS": "https://hall.example"}, "https://hall.example"),
    ],
)
def test_people_find_pages_at_the_subdomain_of_an_organization_unless_told_otherwise(changes: dict[str, str], expected: str) -> None:
    assert settings_of(**changes).web_address == expected


@pytest.mark.parametrize("address", ["{organization}.example", "ftp://{organization}.example", "https://x.example/?o={organization}"])
def test_what_is_no_address_of_pages_is_refused(address: str) -> None:
    assert list(faults_of(NEEDED | {"TICKETBASE_WEB_ADDRESS": address})) == ["TICKETBASE_WEB_ADDRESS"]


@pytest.mark.parametrize(
    ("alias", "value", "field", "expected"),
    [
        ("PORT", "9000", "port", 9000),
        ("ALLOWED_ORIGINS", "https://a.example, https://b.example/", "allowed_origins", ("https://a.example", "https://b.example")),
        ("MONGODB_URI", "mongodb://u:p@one:27017,two:27017/plugins", "mongodb_uri", Secret("mongodb://u:p@one:27017,two:27017/plugins")),
        ("MONGO_URI", "mongodb+srv://u:p@cluster/plugins", "mongodb_uri", Secret("mongodb+srv://u:p@cluster/plugins")),
        ("NATS_URL", "nats://bus:4222", "nats_url", Secret("nats://bus:4222")),
        ("PLUGIN_SERVER_URL", "http://plugins:9000/", "plugin_server_url", "http://plugins:9000"),
        ("PLATFORM_VERSION", "2.1.0-beta.1", "platform_version", "2.1.0-beta.1"),
    ],
)  # fmt: skip
def test_the_names_of_older_deployments_are_understood(alias: str, value: str, field: str, expected: object) -> None:
    settings = settings_of(**{alias: value})

    assert getattr(settings, field) == expected


def test_the_parts_of_a_database_address_make_the_address() -> None:
    parts = {"DB_HOST": "db", "DB_NAME": "tickets", "DB_USER": "ticketbase_app", "DB_PASSWORD": "p@ss/word"}

    settings = read_settings(without("DATABASE_URL") | parts)

    assert settings.database_url.reveal() == "postgresql://ticketbase_app:p%40ss%2Fword@db:5432/tickets"


def test_a_key_may_come_with_written_line_breaks_under_its_older_name() -> None:
    escaped = PEM.replace("\n", "\\n")

    settings = read_settings(without("TICKETBASE_SIGNING_KEY") | {"JWT_KEY": escaped})

    assert settings.tokens.signing_key.reveal() == PEM


def test_a_key_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM)

    settings = read_settings(without("TICKETBASE_SIGNING_KEY") | {"TICKETBASE_SIGNING_KEY_FILE": str(tmp_path / "key.pem")})

    assert settings.tokens.signing_key.reveal() == PEM


@pytest.mark.parametrize(
    ("spelling", "taken"),
    [
        ("postgres://app:p@db/tickets", "postgresql://app:p@db/tickets"),
        ("postgresql+asyncpg://app:p@db/tickets", "postgresql://app:p@db/tickets"),
        ("postgresql://app@/tickets?host=/run/postgresql", "postgresql://app@/tickets?host=/run/postgresql"),
    ],
)
def test_the_common_spellings_of_a_database_address_are_taken(spelling: str, taken: str) -> None:
    assert settings_of(DATABASE_URL=spelling).database_url.reveal() == taken


def test_every_missing_variable_is_told_at_once_and_nothing_else() -> None:
    faults = faults_of({})

    assert set(faults) == set(NEEDED)
    assert set(faults.values()) == {"is not set"}


def test_what_the_embedded_services_bring_may_be_missing_but_not_wrong() -> None:
    check_settings({})

    with pytest.raises(SettingsRefused) as refusal:
        check_settings({"REDIS_URL": "http://cache"})

    assert [fault.variable for fault in refusal.value.faults] == ["REDIS_URL"]


WRONG = [
    ("TICKETBASE_MODE", "staging", "is 'staging'"),
    ("TICKETBASE_PORT", "tcp://10.0.0.1:8000", "is 'tcp://10.0.0.1:8000'"),
    ("TICKETBASE_PORT", "70000", "is '70000'"),
    ("TICKETBASE_BASE_DOMAIN", "https://tickets.example", "is 'https://tickets.example'"),
    ("TICKETBASE_DEFAULT_ORGANIZATION", "The Demo", "is 'The Demo'"),
    ("TICKETBASE_ALLOWED_ORIGINS", "*", "allows every web site to act with a visitor's cookies"),
    ("ALLOWED_ORIGINS", "https://a.example/path", "has 'https://a.example/path', which is no origin"),
    ("DATABASE_URL", "mysql://app:open-sesame@db/tickets", "does not begin with postgresql://"),
    ("DATABASE_URL", "postgresql://db/tickets", "names no role"),
    ("DATABASE_URL", "postgresql://app:open-sesame@db", "names no database"),
    ("DATABASE_URL", "postgresql://app:open#sesame@db/tickets", "has a host or port that cannot be read"),
    ("DATABASE_SYSTEM_URL", NEEDED["DATABASE_URL"], "is the same as DATABASE_URL"),
    ("DATABASE_OWNER_URL", "nonsense", "does not begin with postgresql://"),
    ("DATABASE_POOL_SIZE", "1", "is '1'"),
    ("DB_HOST", "elsewhere", "says something else than DATABASE_URL"),
    ("DB_PORT", "high", "is 'high'"),
    ("REDIS_URL", "http://cache:6379", "does not begin with redis:// or rediss:// or unix://"),
    ("REDIS_URL", "redis://", "names no host"),
    ("SMTP_URL", "mail:587", "does not begin with smtp:// or smtps://"),
    ("SMTP_URL", "smtp://mail:0", "has port 0"),
    ("TICKETBASE_MAIL_FROM", "Box Office <tickets@box.example>", "is 'Box Office <tickets@box.example>'"),
    ("TICKETBASE_MAIL_FROM", "tickets@box.example\nBcc: all@example.com", "is 'tickets@box.example\\nBcc: all@example.com'"),
    ("S3_ENDPOINT", "https://key:open-sesame@objects.example", "carries more than scheme, host, port and path"),
    ("S3_BUCKET", "My Bucket", "is 'My Bucket'"),
    ("TICKETBASE_SIGNING_KEY", "open-sesame", "is no unencrypted private key in PEM form"),
    ("TICKETBASE_SIGNING_KEY", CURVE_PEM, "is a private key, but not of the kind Ed25519"),
    ("TICKETBASE_SIGNING_KEY_FILE", "/nowhere/key.pem", "names '/nowhere/key.pem', which cannot be read (No such file or directory)"),
    ("JWT_KEY", OTHER_PEM, "says something else than TICKETBASE_SIGNING_KEY"),
    ("TICKETBASE_VAULT_KEYS", ",", "has no key"),
    ("TICKETBASE_VAULT_KEYS", VAULT_KEY.removeprefix("k1:"), "names no key before a colon in entry 1"),
    ("TICKETBASE_VAULT_KEYS", f"{VAULT_KEY},K2:{OTHER_KEY}", "names no key before a colon in entry 2"),
    ("TICKETBASE_VAULT_KEYS", f"{VAULT_KEY},k2:open-sesame", "has a key 'k2' that is not base64"),
    ("TICKETBASE_VAULT_KEYS", "k2:b3BlbnNlc2FtZQ==", "has a key 'k2' that has 10 bytes, not 32"),
    ("TICKETBASE_VAULT_KEYS", f"{VAULT_KEY},k1:{OTHER_KEY}", "has the key 'k1' twice"),
    ("TICKETBASE_VAULT_KEYS", f"{VAULT_KEY},{VAULT_KEY.replace('k1', 'k2')}", "has one key under two ids"),
    ("TICKETBASE_VAULT_KEYS_FILE", "/nowhere/vault.keys", "names '/nowhere/vault.keys', which cannot be read (No such file or directory)"),
    ("TICKETBASE_HOLD_SECONDS", "3600", "is 3600, more than the cap of 1800"),
    ("TICKETBASE_HOLD_CAP_SECONDS", "0", "is '0'"),
    ("TICKETBASE_LIMIT_DEPTH", "deep", "is 'deep'"),
    ("TICKETBASE_LIMIT_BODY_BYTES", "1e5", "is '1e5'"),
    ("TICKETBASE_INTROSPECTION", "maybe", "is 'maybe'"),
    ("TICKETBASE_DRAFT_STATUS_CODES", "422", "is '422'"),
    ("TICKETBASE_EXECUTOR", "steam", "is 'steam'"),
    ("TICKETBASE_DRAIN_SECONDS", "3 s", "is '3 s'"),
    ("TICKETBASE_LOG_FORMAT", "xml", "is 'xml'"),
    ("TICKETBASE_LOG_LEVEL", "loud", "is 'loud'"),
    ("MONGODB_URI", "mongo:27017", "does not begin with mongodb:// or mongodb+srv://"),
    ("NATS_URL", "http://bus", "does not begin with nats:// or tls:// or ws:// or wss://"),
    ("NEXTAUTH_SECRET", "open-sesame", "has 11 bytes"),
    ("PLUGIN_SERVER_URL", "plugins:9000", "does not begin with http:// or https://"),
    ("PLATFORM_VERSION", "v2", "is 'v2'"),
    ("TICKETBASE_PROT", "9000", "is no setting"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "wrong"), WRONG)
def test_a_wrong_value_is_named_with_what_is_wrong_and_the_next_step(name: str, value: str, wrong: str) -> None:
    with pytest.raises(SettingsRefused) as refusal:
        settings_of(**{name: value})

    told = {fault.variable: fault for fault in refusal.value.faults}
    assert told[name].wrong == wrong
    assert told[name].next_step.endswith((".", "?"))
    assert f"{name} {wrong}. {told[name].next_step}" in str(refusal.value)
    assert "open-sesame" not in str(refusal.value)
    assert "opensesame" not in str(refusal.value)


def test_all_wrong_values_are_told_together() -> None:
    environ = NEEDED | {name: value for name, value, _ in reversed(WRONG)}

    faults = faults_of(environ)

    hidden_by_another = {"DB_HOST", "JWT_KEY", "DATABASE_SYSTEM_URL"}
    assert set(faults) >= {name for name, _, _ in WRONG} - hidden_by_another


def test_half_of_a_database_address_in_parts_is_refused_part_by_part() -> None:
    faults = faults_of(without("DATABASE_URL") | {"DB_HOST": "db"})

    assert faults == {
        "DB_NAME": "is not set, while other DB_* variables are",
        "DB_USER": "is not set, while other DB_* variables are",
    }


def test_a_variable_of_a_neighbour_that_only_shares_the_prefix_is_left_alone() -> None:
    settings = settings_of(TICKETBASE_SERVICE_HOST="10.0.0.1", TICKETBASE_PORT_8000_TCP="tcp://10.0.0.1:8000")

    assert settings.port == 8000


@pytest.mark.parametrize(
    ("allowed", "origin", "answer"),
    [
        ("http://localhost:*", "http://localhost:3000", True),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "https://localhost:3000", False),
        ("http://localhost:*", "http://localhost:3000.evil.example", False),
        ("http://localhost:*", "http://localhostevil.example", False),
        ("https://*.example.org", "https://a.b.example.org", True),
        ("https://*.example.org", "https://example.org", False),
        ("https://*.example.org", "https://evilexample.org", False),
        ("https://shop.example", "https://SHOP.example", True),
        ("https://shop.example", "https://shopxexample", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://shop.example", "null", False),
        ("https://shop.example", "https://shop.example\n", False),
    ],
)
def test_only_named_origins_are_allowed(allowed: str, origin: str, answer: bool) -> None:
    assert settings_of(ALLOWED_ORIGINS=allowed).allows_origin(origin) is answer


def test_no_way_of_printing_settings_shows_a_secret() -> None:
    settings = settings_of(NEXTAUTH_SECRET="open-sesame-open-sesame-open-sesame")

    printed = [repr(settings), str(settings), f"{settings}", f"{settings.database_url}", str(settings.s3), str(settings.vault_keys)]

    assert not [text for text in printed if "open-sesame" in text or "opensesame" in text or "PRIVATE KEY" in text]
    with pytest.raises(TypeError):
        json.dumps(dataclasses.asdict(settings))


def test_settings_reach_a_worker_process_unchanged() -> None:
    settings = settings_of()

    assert pickle.loads(pickle.dumps(settings)) == settings
    assert copy.deepcopy(settings) == settings


class Watched(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


EXAMPLE = Path(__file__).parents[2] / ".env.example"
# What is read before there are settings: by the command line, and by the library that keeps the figures.
READ_ELSEWHERE = {"TICKETBASE_DATA", "PROMETHEUS_MULTIPROC_DIR"}


def test_the_example_describes_every_variable_and_no_other() -> None:
    """The trap: a setting nobody can find, and a described one that nobody reads."""
    watched = Watched(NEEDED)

    read_settings(watched)

    lines = EXAMPLE.read_text().splitlines()
    described = [line[1:].partition("=")[0] for line in lines if line.startswith("#") and line[1:2].isupper()]
    in_brackets = {word for line in lines for word in line.partition("[")[2].partition("]")[0].split() if word.isupper()}
    assert len(described) == len(set(described))
    assert in_brackets.union(described) == watched.asked | READ_ELSEWHERE


def test_what_the_example_shows_as_default_is_the_default() -> None:
    shown = dict(
        line[1:].split("=", 1)
        for line in EXAMPLE.read_text().splitlines()
        if line.startswith("#") and line[1:2].isupper() and not line.endswith("=")
    )

    assert read_settings(shown | NEEDED) == read_settings(NEEDED)


def test_reading_settings_does_not_load_the_product() -> None:
    """The trap: a refused setting told after seconds of imports, or not at all because an import failed first."""
    ask = "import sys, gateway.settings; print([m for m in ('strawberry', 'sqlalchemy', 'graphql') if m in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "[]"
