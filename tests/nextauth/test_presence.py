"""A connection that a limited session opened is not told of a role that the session keeps its person from."""

from uuid import UUID

from domain.identity import PUBLIC, Limits, Role, Viewer
from domain.refusals import Refusal
from gateway.transports.presence import Presence

ORGANIZATION, PERSON = UUID(int=1), UUID(int=2)
PAIR = (ORGANIZATION, PERSON)


def nothing(_refusal: Refusal) -> None:
    """Nobody is sent home."""


def test_only_what_changes_within_the_limits_is_told() -> None:
    presence, told = Presence(), list[Role | None]()
    limits = Limits(PUBLIC, Role.ANALYST)
    presence.enter(Viewer(ORGANIZATION, PERSON, Role.ANALYST, limits=limits), nothing, lambda role, _: told.append(role))

    for roles in ({PAIR: Role.OWNER}, {PAIR: Role.MANAGER}, {PAIR: Role.USER}, {PAIR: Role.USER}, {}):
        presence.regard(presence.changed(roles), roles)

    assert told == [Role.USER, None]
