"""One file for each step, named in the order they run."""
