"""Sessions of front ends that sign people in with NextAuth or Auth.js."""

from adapters.nextauth.sessions import NextAuthSessions

__all__ = ["NextAuthSessions"]
