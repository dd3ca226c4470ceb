"""Wires the sessions of a NextAuth or Auth.js front end, where settings name one."""

from adapters.nextauth import NextAuthSessions
from domain.foreign_sessions import ForeignSessions
from gateway.nextauth_settings import NextAuthTerms


def foreign_sessions(terms: NextAuthTerms | None) -> ForeignSessions | None:
    """The sessions of the front end; None where none is agreed."""
    return NextAuthSessions(terms.reveal()) if terms else None
