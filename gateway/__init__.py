"""The composition root: settings, wiring, transports, the command line and the embedded services."""
