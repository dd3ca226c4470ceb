"""The command `ticketbase permissions`: prints who may do what, from the one table that is asked."""

from collections.abc import Mapping

import click

from domain.identity import GRANTABLE, GRANTS, PUBLIC, Permission, Role

SAID: Mapping[Permission, str] = {
    Permission.HOLD: "hold tickets and seats for oneself",
    Permission.ACCOUNTS_USE: "sign up and in, and change one's own account, sessions and memberships",
    Permission.EVENTS_READ_UNPUBLISHED: "see drafts, what was put away, and what was done to events",
    Permission.EVENTS_CREATE: "enter events, copies and series",
    Permission.EVENTS_UPDATE: "change events and their images",
    Permission.EVENTS_PUBLISH: "put events before the public, postpone, cancel, complete and archive them",
    Permission.EVENTS_DELETE: "delete events of which nothing is held or sold",
    Permission.EVENTS_CHANGE_OTHERS: "do all this to events that somebody else made, and to what hangs on them",
    Permission.TICKETS_MANAGE: "ticket types, pools, access codes, products, seats on sale",
    Permission.EVENTS_READ_JOIN_LINK: "see the join links of online events",
    Permission.PROGRAMME_MANAGE: "event categories and metadata fields",
    Permission.VENUES_MANAGE: "venues and seating plans",
    Permission.ORGANIZATION_READ: "see what the organization keeps to its staff",
    Permission.PEOPLE_SYNC: "look people of the whole platform up and enter them; a front end's",
    Permission.ORGANIZATION_OWN: "hand over ownership, make owners, touch owners, change every product",
    Permission.MEMBERS_READ: "see who works for the organization",
    Permission.MEMBERS_MANAGE: "invite, change roles, remove; see what admins of the platform did",
    Permission.SERVICE_KEYS_MANAGE: "make, list and revoke service keys",
    Permission.ORDERS_PLACE: "order what one holds, pay for it, see and cancel one's own orders",
    Permission.ORDERS_READ: "see everybody's orders, attendees and their answers",
    Permission.ORDERS_MANAGE: "approve, edit and cancel orders, sell at the box office, issue tickets",
    Permission.PRICES_MANAGE: "price rules, promo codes, taxes, fees",
    Permission.PAYMENTS_MANAGE: "how the organization is paid, and its keys there",
    Permission.REFUNDS_MAKE: "give money back",
}


@click.command()
def permissions() -> None:
    """Print who may do what as Markdown, as it stands in docs/permissions.md."""
    click.echo(permission_table(), nl=False)


def permission_table() -> str:
    """The table of permission by role, and for service keys; everybody has what is public."""
    columns = [*(each.name.capitalize() for each in Role), "Platform admin", "Service key", "Nobody"]
    lines = [
        f"| permission | to | {' | '.join(columns)} |",
        f"|{'---|' * (len(columns) + 2)}",
        *(f"| `{each.value}` | {SAID[each]} | {' | '.join(_row(each))} |" for each in Permission),
    ]
    return "\n".join(lines) + "\n"


def _row(permission: Permission) -> list[str]:
    of_roles = [_mark(permission in GRANTS[role]) for role in Role]
    key = "yes" if permission in PUBLIC else "if chosen" if permission in GRANTABLE else ""
    return [*of_roles, "yes", key, _mark(permission in PUBLIC)]


def _mark(granted: bool) -> str:
    return "yes" if granted else ""
