"""The deeds: allow, load, decide, keep; and the batch functions that reads are made of."""
