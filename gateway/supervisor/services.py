"""Decides which services are brought along: those of which no address is set."""

from gateway.embedded.mailbox import Mailbox
from gateway.embedded.payments import StripeDouble
from gateway.embedded.postgres import PostgreSQL
from gateway.embedded.s3 import ObjectStorage
from gateway.embedded.service import Service
from gateway.embedded.valkey import Valkey
from gateway.supervisor.directory import DataDirectory
from gateway.supervisor.plan import Plan

# A variable that names a service of the person's own, under all its names.
POSTGRESQL_SET = ("DATABASE_URL", "DB_HOST", "DB_NAME", "DB_USER")
VALKEY_SET = ("REDIS_URL",)
STORAGE_SET = ("S3_ENDPOINT",)
MAIL_SET = ("SMTP_URL",)
STRIPE_SET = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE")
KEY_SET = ("TICKETBASE_SIGNING_KEY", "TICKETBASE_SIGNING_KEY_FILE", "JWT_KEY")
VAULT_SET = ("TICKETBASE_VAULT_KEYS", "TICKETBASE_VAULT_KEYS_FILE")


def services_of(plan: Plan, directory: DataDirectory, port: int) -> list[Service]:
    """The services to bring along, each with a folder of its own and its log beside the others; `port` is the gateway's."""
    logs, owner = directory.folder("logs"), directory.owner
    services: list[Service] = []
    if not plan.has(*POSTGRESQL_SET):
        services.append(PostgreSQL(directory.path / "postgresql", owner=owner, log=logs / "postgresql.log"))
    if not plan.has(*VALKEY_SET):
        services.append(Valkey(directory.path / "valkey", owner=owner, log=logs / "valkey.log"))
    if not plan.has(*STORAGE_SET):
        bucket = plan.environment.get("S3_BUCKET", "").strip() or "ticketbase"
        services.append(ObjectStorage(directory.path / "s3", owner=owner, log=logs / "s3.log", bucket=bucket))
    if not plan.has(*MAIL_SET):
        services.append(Mailbox(directory.path / "mail", owner=owner, log=logs / "mail.log"))
    if plan.demo and not plan.has(*STRIPE_SET):
        services.append(StripeDouble(directory.path / "stripe", gateway_port=port, owner=owner, log=logs / "stripe.log"))
    return services


def own_settings(plan: Plan, directory: DataDirectory, port: int) -> dict[str, str]:
    """What `up` itself sets: the signing key, the vault's key, the address, a developer's comforts, and in a demo its organization."""
    settings = {"TICKETBASE_HOST": plan.host, "TICKETBASE_PORT": str(port)}
    if not plan.has("TICKETBASE_MODE"):
        settings["TICKETBASE_MODE"] = "development"
    if plan.demo and not plan.has("TICKETBASE_DEFAULT_ORGANIZATION"):
        settings["TICKETBASE_DEFAULT_ORGANIZATION"] = "demo"
    if not plan.has(*KEY_SET):
        settings["TICKETBASE_SIGNING_KEY_FILE"] = str(directory.signing_key())
    if not plan.has(*VAULT_SET):
        settings["TICKETBASE_VAULT_KEYS_FILE"] = str(directory.vault_keys())
    return settings
