"""Benchmarks: TicketBase beside its rivals on the same machine, with the same guarantees, answers compared before times."""
