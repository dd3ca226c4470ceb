"""The tables of second factors: what authenticators share with us, recovery codes, challenges. They belong to no tenant."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
)

from adapters.postgres.identity_tables import accounts
from adapters.postgres.tables import metadata

two_factors = Table(
    "two_factors",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("enrolled_at", DateTime(timezone=True), nullable=False, server_default=func.app_now()),
    Column("enabled_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("person_id"),
    ForeignKeyConstraint(["person_id"], [accounts.c.person_id], ondelete="CASCADE"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("used_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("person_id", "code_hash"),
    ForeignKeyConstraint(["person_id"], ["two_factors.person_id"], ondelete="CASCADE"),
)

sign_in_challenges = Table(
    "sign_in_challenges",
    metadata,
    Column("token_hash", LargeBinary, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("organization_id", Uuid),
    Column("carrier", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("token_hash"),
    CheckConstraint("carrier IN ('COOKIE', 'TOKENS')", name="carrier"),
    ForeignKeyConstraint(["person_id"], ["two_factors.person_id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
    Index("sign_in_challenges_person_idx", "person_id", "expires_at"),
)
