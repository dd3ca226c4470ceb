"""The steps that make and change the tables, row security included; each runs once, in order, and none is ever edited."""

from pathlib import Path

FOLDER = Path(__file__).parent


def newest() -> str:
    """The name of the last step: each file is called as its revision, and the names are in order."""
    return max(step.stem for step in (FOLDER / "versions").glob("[0-9]*.py"))
