"""`ticketbase serve` as it must not be: nobody waits for the event's lock, so two gateways may give away the same tickets."""

from adapters.postgres import holds_batch
from gateway.cli import main

CAREFUL = " FOR UPDATE"

if __name__ == "__main__":
    assert holds_batch.LANE.endswith(CAREFUL)
    holds_batch.LANE = holds_batch.LANE.removesuffix(CAREFUL)
    main(prog_name="ticketbase")
