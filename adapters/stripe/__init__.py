"""Stripe: payments by card and by its own page, refunds, and notices, through its official library."""
