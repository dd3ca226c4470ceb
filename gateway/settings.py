"""Says how this TicketBase is set up: where its services are, how long holds last, how much one request may ask for.

`read_settings(environ)` is called once per process and its value is handed on; beside it only the command line and the figures for
Prometheus look at the environment.
`.env.example` describes every variable.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from domain.addresses import ORGANIZATION
from gateway import variables
from gateway.environment import Environment, Fault, Secret, SettingsRefused
from gateway.identity_settings import IdentityTerms, read_identity
from gateway.payment_settings import PaymentTerms, read_payments
from gateway.vault_keys import VaultKey, read_vault_keys

__all__ = [
    "EngineName",
    "Fault",
    "HoldTerms",
    "Limits",
    "LogFormat",
    "LogLevel",
    "Mode",
    "ObjectStorage",
    "Secret",
    "Settings",
    "SettingsRefused",
    "TokenTerms",
    "TrustMode",
    "TrustTerms",
    "VaultKey",
    "check_settings",
    "read_settings",
]

PREFIX = "TICKETBASE_"
DEVELOPMENT_ORIGINS = ("http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*", "http://[::1]:*")
OR_UP = "or let `ticketbase up` bring its own"
VALKEY = "redis://:PASSWORD@HOST:6379/0"
SMTP = "smtp://USER:PASSWORD@HOST:587"
NATS = "nats://HOST:4222"


class Mode(StrEnum):
    """Production is the default: what development opens must be asked for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class TrustMode(StrEnum):
    """Whether trusted documents are known (`off`: none), may be named, or are the only ones that run."""

    OFF = "off"
    PREFER = "prefer"
    REQUIRED = "required"


class EngineName(StrEnum):
    """What executes a GraphQL operation: its compiled plan, or graphql-core."""

    COMPILED = "compiled"
    CORE = "core"


class LogFormat(StrEnum):
    """Console for people, JSON lines for machines."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least urgent line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """An S3 service: its address, the key pair, the bucket and its region; `public_endpoint` where clients reach it otherwise."""

    endpoint: str
    access_key: str
    secret_key: Secret
    bucket: str
    region: str
    public_endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """What access tokens are signed with (an Ed25519 private key in PEM form) and whom they name."""

    signing_key: Secret
    issuer: str
    audience: str


@dataclass(frozen=True, slots=True)
class TrustTerms:
    """The folder with the manifests of trusted documents, and what they are needed for."""

    mode: TrustMode = TrustMode.OFF
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """How long a hold lasts, and how long it can be made to last at most, in seconds."""

    seconds: int
    cap_seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one GraphQL request may ask for; the tokens are those of the query language.

    `selections` are counted with every fragment spread; `repeated_keys` are fields of one response key in one place, which
    validation compares with each other. `cost` is how many objects an answer may hold at most.
    """

    body_bytes: int = 102_400
    tokens_anonymous: int = 500
    tokens_signed_in: int = 1_000
    tokens_registered: int = 2_000
    depth: int = 12
    aliases: int = 30
    selections: int = 2_000
    repeated_keys: int = 20
    directives: int = 4
    root_fields: int = 20
    root_mutations: int = 4
    list_items: int = 100
    cost: int = 200_000
    validation_errors: int = 5
    deadline_seconds: float = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next. Times in seconds."""

    mode: Mode
    host: str
    port: int
    base_domain: str
    web_address: str
    default_organization: str | None
    allowed_origins: tuple[str, ...]
    database_url: Secret
    database_system_url: Secret
    database_owner_url: Secret | None
    database_pool_size: int
    redis_url: Secret
    smtp_url: Secret
    mail_from: str
    s3: ObjectStorage
    tokens: TokenTerms
    identity: IdentityTerms
    vault_keys: tuple[VaultKey, ...]
    payments: PaymentTerms
    holds: HoldTerms
    image_quota_bytes: int
    limits: Limits
    documents: TrustTerms
    drain_seconds: int
    log_format: LogFormat
    log_level: LogLevel
    introspection: bool
    draft_status_codes: bool
    executor: EngineName
    mongodb_uri: Secret | None
    nats_url: Secret | None
    plugin_server_url: str | None
    platform_version: str | None

    @property
    def is_development(self) -> bool:
        """Whether a developer's comforts are on."""
        return self.mode is Mode.DEVELOPMENT

    def allows_origin(self, origin: str) -> bool:
        """Whether pages of this origin may call the API from a browser."""
        return any(_origin_pattern(each).fullmatch(origin.lower()) for each in self.allowed_origins)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in these variables. Raises SettingsRefused with every fault in them."""
    source = Environment(environ)
    settings = _read(source)
    if faults := source.faults(PREFIX):
        raise SettingsRefused(faults)
    return settings


def check_settings(environ: Mapping[str, str]) -> None:
    """Raise SettingsRefused for what is wrong, but not for what is absent: `ticketbase up` brings that itself."""
    source = Environment(environ)
    _read(source)
    if faults := source.faults(PREFIX, with_missing=False):
        raise SettingsRefused(faults)


def _read(source: Environment) -> Settings:
    mode = source.read("TICKETBASE_MODE", variables.one_of(Mode), Mode.PRODUCTION)
    developing = mode is Mode.DEVELOPMENT
    database_url, system_url = _read_databases(source)
    port, base_domain = _read_place(source)
    return Settings(
        mode=mode,
        host=source.read("TICKETBASE_HOST", variables.text, "127.0.0.1"),
        port=port,
        base_domain=base_domain,
        web_address=source.read("TICKETBASE_WEB_ADDRESS", variables.page_address, _web_address(base_domain, port if developing else None)),
        default_organization=source.read("TICKETBASE_DEFAULT_ORGANIZATION", variables.slug, None),
        allowed_origins=_read_origins(source, DEVELOPMENT_ORIGINS if developing else ()),
        database_url=database_url,
        database_system_url=system_url,
        database_owner_url=source.read("DATABASE_OWNER_URL", variables.database, None),
        database_pool_size=source.read("DATABASE_POOL_SIZE", variables.whole(2, 500), 16),
        redis_url=_demand(source, "REDIS_URL", "Valkey", variables.address("redis", "rediss", "unix", example=VALKEY)),
        smtp_url=_demand(source, "SMTP_URL", "mail catcher", variables.address("smtp", "smtps", example=SMTP)),
        mail_from=source.read("TICKETBASE_MAIL_FROM", variables.mail_address, f"tickets@{base_domain.partition(':')[0]}"),
        s3=_read_s3(source),
        tokens=_read_tokens(source),
        identity=read_identity(source, developing=developing),
        vault_keys=read_vault_keys(source),
        payments=read_payments(source),
        holds=_read_holds(source),
        image_quota_bytes=source.read("TICKETBASE_IMAGE_QUOTA_BYTES", variables.whole(0, 10**15), 1_000_000_000),
        limits=_read_limits(source),
        documents=_read_documents(source),
        drain_seconds=source.read("TICKETBASE_DRAIN_SECONDS", variables.whole(0, 300), 10),
        log_format=_read_log_format(source, LogFormat.CONSOLE if developing else LogFormat.JSON),
        log_level=source.read("TICKETBASE_LOG_LEVEL", variables.one_of(LogLevel), LogLevel.INFO),
        introspection=source.read("TICKETBASE_INTROSPECTION", variables.switch, developing),
        draft_status_codes=source.read("TICKETBASE_DRAFT_STATUS_CODES", variables.switch, default=False),
        executor=source.read("TICKETBASE_EXECUTOR", variables.one_of(EngineName), EngineName.COMPILED),
        mongodb_uri=_read_mongodb(source),
        nats_url=source.read("NATS_URL", variables.address("nats", "tls", "ws", "wss", example=NATS), None),
        plugin_server_url=source.read("PLUGIN_SERVER_URL", variables.web_address, None),
        platform_version=source.read("PLATFORM_VERSION", variables.semantic_version, None),
    )


def _read_place(source: Environment) -> tuple[int, str]:
    """The port and the domain under which organizations answer."""
    port = source.read("TICKETBASE_PORT", variables.whole(1, 65_535), 8_000, aliases=("PORT",))
    return port, source.read("TICKETBASE_BASE_DOMAIN", variables.host_name, "localhost")


def _web_address(base_domain: str, port: int | None) -> str:
    """Where the gateway itself answers; behind whatever stands before it, where there is no `port`."""
    if port is None:
        return f"https://{ORGANIZATION}.{base_domain}"
    return f"http://{ORGANIZATION}.{base_domain}" + ("" if ":" in base_domain else f":{port}")


def _demand(source: Environment, name: str, what: str, parse: Callable[[str], Secret]) -> Secret:
    return source.read(name, parse, Secret(""), required=f"Set it, {OR_UP} {what}.")


def _read_origins(source: Environment, default: tuple[str, ...]) -> tuple[str, ...]:
    return source.read("TICKETBASE_ALLOWED_ORIGINS", variables.origins, default, aliases=("ALLOWED_ORIGINS",))


def _read_log_format(source: Environment, default: LogFormat) -> LogFormat:
    return source.read("TICKETBASE_LOG_FORMAT", variables.one_of(LogFormat), default)


def _read_mongodb(source: Environment) -> Secret | None:
    parse = variables.address("mongodb", "mongodb+srv", example="mongodb://USER:PASSWORD@HOST:27017/DATABASE")
    return source.read("MONGODB_URI", parse, None, aliases=("MONGO_URI",))


def _read_databases(source: Environment) -> tuple[Secret, Secret]:
    """The addresses for the roles of the app and of the system; the first may come in the parts DB_HOST, DB_NAME …."""
    assembled = _assemble_database(source)
    if assembled is None:
        app = _demand(source, "DATABASE_URL", "PostgreSQL", variables.database)
    else:
        app = source.read("DATABASE_URL", variables.database, assembled)
        if app != assembled:
            source.refuse("DB_HOST", "says something else than DATABASE_URL", "Keep DATABASE_URL and remove DB_*.")
    system = _demand(source, "DATABASE_SYSTEM_URL", "PostgreSQL", variables.database)
    if app and app == system:
        source.refuse(
            "DATABASE_SYSTEM_URL",
            "is the same as DATABASE_URL",
            "Use the role ticketbase_system here and ticketbase_app there: row security tells them apart.",
        )
    return app, system


def _assemble_database(source: Environment) -> Secret | None:
    """DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD as one address; None when none of them is set."""
    names = ("DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD")
    host, name, user, password = (source.find(each)[1] for each in names)
    port = source.read("DB_PORT", variables.whole(1, 65_535), 5_432)
    if not (host or name or user or password):
        return None
    for missing in (each for each, given in zip(names[:3], (host, name, user), strict=True) if not given):
        source.refuse(missing, "is not set, while other DB_* variables are", "Set it, or use DATABASE_URL instead.")
    credentials = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return Secret(f"postgresql://{credentials}@{host}:{port}/{quote(name, safe='')}")


def _read_s3(source: Environment) -> ObjectStorage:
    tell = f"Set it, {OR_UP} object storage."
    return ObjectStorage(
        endpoint=source.read("S3_ENDPOINT", variables.web_address, "", required=tell),
        access_key=source.read("S3_ACCESS_KEY", variables.text, "", required=tell),
        secret_key=source.read("S3_SECRET_KEY", variables.secret, Secret(""), required=tell),
        bucket=source.read("S3_BUCKET", variables.bucket, "ticketbase"),
        region=source.read("S3_REGION", variables.text, "us-east-1"),
        public_endpoint=source.read("S3_PUBLIC_ENDPOINT", variables.web_address, None),
    )


def _read_tokens(source: Environment) -> TokenTerms:
    """The key comes as text or as a file; giving both is a fault, because nobody could tell which one signs."""
    by_text, by_file = "TICKETBASE_SIGNING_KEY", "TICKETBASE_SIGNING_KEY_FILE"
    file_given = bool(source.find(by_file)[1])
    if file_given and source.find(by_text, "JWT_KEY")[1]:
        source.refuse(by_file, f"is set beside {by_text} (or JWT_KEY)", "Keep one of them.")
    needed = None if file_given else f"{variables.MAKE_A_KEY} Or name a file with {by_file}."
    from_text = source.read(by_text, variables.key_pem, Secret(""), aliases=("JWT_KEY",), required=needed)
    return TokenTerms(
        signing_key=source.read(by_file, variables.key_file, from_text),
        issuer=source.read("TICKETBASE_TOKEN_ISSUER", variables.text, "ticketbase"),
        audience=source.read("TICKETBASE_TOKEN_AUDIENCE", variables.text, "ticketbase"),
    )


def _read_holds(source: Environment) -> HoldTerms:
    terms = HoldTerms(
        seconds=source.read("TICKETBASE_HOLD_SECONDS", variables.whole(1, 86_400), 900),
        cap_seconds=source.read("TICKETBASE_HOLD_CAP_SECONDS", variables.whole(1, 86_400), 1_800),
    )
    if terms.seconds > terms.cap_seconds:
        source.refuse(
            "TICKETBASE_HOLD_SECONDS",
            f"is {terms.seconds}, more than the cap of {terms.cap_seconds}",
            "Lower it, or raise TICKETBASE_HOLD_CAP_SECONDS.",
        )
    return terms


def _read_documents(source: Environment) -> TrustTerms:
    """Naming a folder is enough to prefer what is in it."""
    name = "TICKETBASE_TRUSTED_DOCUMENTS"
    folder = source.read(name, variables.folder, None)
    mode = source.read(f"{name}_MODE", variables.one_of(TrustMode), TrustMode.PREFER if folder else TrustMode.OFF)
    if mode is not TrustMode.OFF and folder is None and not source.find(name)[1]:
        source.refuse(f"{name}_MODE", f"is {mode.value}, and there are no documents to trust", f"Name their folder with {name}.")
    return TrustTerms(mode, folder)


def _read_limits(source: Environment) -> Limits:
    usual = Limits()
    return Limits(
        **{
            limit.name: source.read(f"{PREFIX}LIMIT_{limit.name.upper()}", variables.whole(1, 100_000_000), getattr(usual, limit.name))
            for limit in fields(Limits)
        }
    )


def _origin_pattern(origin: str) -> re.Pattern[str]:
    written = re.escape(origin).replace(r"://\*\.", r"://([a-z0-9-]+\.)+").removesuffix(r":\*")
    return re.compile(written + (r"(:\d{1,5})?" if origin.endswith(":*") else ""))
