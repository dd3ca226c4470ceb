"""Lets Python run the command without its script: `python -m gateway.cli`."""

from gateway.cli import main

main(prog_name="ticketbase")
