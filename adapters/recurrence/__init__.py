"""Expanding recurrence rules, with python-dateutil."""
