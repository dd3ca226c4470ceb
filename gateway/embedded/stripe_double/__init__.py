"""A payment service that behaves as Stripe's test mode does and never leaves the machine: for tests, drills and demonstrations."""
