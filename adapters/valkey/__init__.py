"""Valkey: the bus that carries the news to every process, and the live streams that follow it."""
