"""PostgreSQL, the store of everything that is sold: tables, units of work, and one store for each word."""
