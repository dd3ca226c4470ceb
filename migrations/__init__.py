"""Database migrations, row-level-security policies included."""
