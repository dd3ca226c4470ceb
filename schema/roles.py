"""Roles as clients see them."""

from domain.identity import Role
from schema.enums import show_enum

show_enum(
    Role,
    "What a member is to an organization.",
    {
        "OWNER": "Owns it and may do everything.",
        "ADMIN": "Runs it and may do everything but own it.",
        "MANAGER": "Runs its events, deletes them too.",
        "SUPPORT": "Helps buyers; reads what is not public.",
        "ANALYST": "Reads what is not public.",
        "ORGANIZER": "Makes and sells events, and changes those that she made.",
        "USER": "Buys.",
    },
)
