"""The demo: made-up organizations with their venues, people and a programme of events that is always on sale in the next weeks.

`programme` says what a demo event is, `harbour_nights`, `seeblick`, `kaze` and `riverside` hold the data, `seeding` brings them in.
"""

PASSWORD = "velvet curtain rises"  # noqa: S105 - for everybody to know
"""The password of everybody in the demo, in development alone."""
