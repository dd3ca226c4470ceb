"""Reads events and what is sold for them from documents as the REST API of pretix answers them.

`read_documents(folder, terms)` is the door. A document passes `files` (found and parsed), `kinds` (what it is), `ties` (which event it
belongs to), `tables` (what becomes of each of its fields) and then `events`, `items` or `quotas`, which make our values of it.
"""
