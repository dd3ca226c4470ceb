"""Both engines over the torture schema."""

import pytest

from tests.execution.differing import Rival
from tests.execution.torture import World, make_schema

SCHEMA = make_schema()


@pytest.fixture
def rival() -> Rival:
    """Both engines over the torture schema, with a fresh world for each run."""
    return Rival(SCHEMA, World)
