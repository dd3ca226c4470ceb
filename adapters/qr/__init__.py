"""Pictures that a camera reads."""
