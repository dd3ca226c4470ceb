"""The settings of identity: how long sessions last, which proxies are believed, and the front end whose sessions are accepted."""

from dataclasses import dataclass
from datetime import timedelta

from domain.sessions import SessionTerms
from gateway import variables
from gateway.callers import Networks
from gateway.environment import Environment
from gateway.nextauth_settings import NextAuthTerms, read_nextauth


@dataclass(frozen=True, slots=True)
class IdentityTerms:
    """How people are let in. `proxies` are the networks that are believed where a request comes from."""

    sessions: SessionTerms
    proxies: Networks
    nextauth: NextAuthTerms | None


def read_identity(source: Environment, *, developing: bool) -> IdentityTerms:
    """The terms in the environment."""
    sessions = SessionTerms(
        idle=timedelta(seconds=source.read("TICKETBASE_SESSION_IDLE_SECONDS", variables.whole(60, 31_536_000), 604_800)),
        longest=timedelta(seconds=source.read("TICKETBASE_SESSION_SECONDS", variables.whole(60, 31_536_000), 2_592_000)),
    )
    nowhere: Networks = ()
    proxies = source.read("TICKETBASE_TRUSTED_PROXIES", variables.networks, nowhere)
    return IdentityTerms(sessions, proxies, read_nextauth(source, developing=developing))
