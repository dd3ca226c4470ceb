"""Makes uploaded pictures anew, out of reach of the rest of the house."""
