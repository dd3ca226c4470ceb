"""Calendars as files: iCalendar."""
