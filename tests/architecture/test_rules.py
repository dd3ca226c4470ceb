"""Every house rule holds in every file, and every rule bites: a bad line is found, a good one is left alone."""

from textwrap import dedent

import pytest

from tests.architecture import rules
from tests.architecture.rules import Rule
from tests.architecture.sources import ROOMS, module, our_modules

DOC = '"""A sentence."""\n'
# rule, a file that breaks it, a file that does not
CASES: list[tuple[Rule, tuple[str, str], tuple[str, str]]] = [
    (rules.files_stay_short, ("domain/x.py", "x = 1\n" * 401), ("domain/x.py", "x = 1\n" * 400)),
    (
        rules.functions_stay_short,
        ("domain/x.py", "async def f():\n" + "    x = 1\n" * 40),
        ("domain/x.py", "async def f():\n" + "    x = 1\n" * 39),
    ),
    (
        rules.imports_stand_at_the_top,
        ("gateway/x.py", "class A:\n    def f(self):\n        from os import path\n"),
        ("gateway/x.py", "from os import path\n"),
    ),
    (rules.files_say_what_they_are, ("domain/x.py", "# a comment\n" + DOC), ("domain/x.py", DOC)),
    (rules.files_say_what_they_are, ("domain/x.py", '"""Half a"""\n'), ("domain/x.py", '"""All.\n\nMore\n"""\n')),
    (rules.names_say_something, ("domain/x.py", "class SeatManager: ...\n"), ("domain/x.py", "class Database: ...\n")),
    (rules.names_say_something, ("domain/utils.py", ""), ("domain/basement.py", "def base_domain(): ...\n")),
    (rules.nothing_is_promised, ("domain/x.py", f"x = 1  # {'TO'}DO later\n"), ("domain/x.py", "# to do is to be\n")),
    (rules.the_domain_needs_python_only, ("domain/x.py", "import orjson\n"), ("domain/x.py", "import json\n")),
    (
        rules.the_executor_needs_graphql_only,
        ("gateway/execution/x.py", "from gateway.settings import Limits\n"),
        ("gateway/execution/x.py", "import json\nfrom graphql import parse\nfrom gateway.execution.y import z\n"),
    ),
    (
        rules.loaders_are_declared_once,
        ("schema/events.py", "from aiodataloader import DataLoader\n"),
        ("schema/batched.py", "from aiodataloader import DataLoader\n"),
    ),
    (
        rules.time_and_chance_are_handed_in,
        ("domain/x.py", "from datetime import datetime\nx = datetime.now()\n"),
        ("adapters/x.py", "from datetime import datetime\nx = datetime.now()\n"),
    ),
    (rules.time_and_chance_are_handed_in, ("resolvers/x.py", "import secrets\n"), ("domain/x.py", "f(now=now)\n")),
    (
        rules.the_environment_is_read_once,
        ("adapters/x.py", "import os\nx = os.environ.get('X')\n"),
        ("gateway/cli/x.py", "import os\nx = os.environ\n"),
    ),
    (
        rules.deeds_ask_for_permission_first,
        ("resolvers/x.py", "async def sell(ctx, ask):\n    async with ctx.work() as work:\n        ctx.viewer.require(1)\n"),
        ("resolvers/x.py", "async def sell(ctx, ask):\n    'Sold.'\n    ctx.viewer.require(1)\n    await ctx.holds.place(ask)\n"),
    ),
    (
        rules.info_stays_in_the_schema,
        ("resolvers/x.py", "async def f(info): ...\n"),
        ("schema/x.py", "async def f(info): ...\n"),
    ),
]  # fmt: skip
ALL_RULES = list(dict.fromkeys(rule for rule, _, _ in CASES))


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    """The rule's own docstring tells the trap."""
    complaints = [f"{each.path}:{complaint}" for each in our_modules() for complaint in rule(each)]

    assert not complaints, "\n".join([dedent(rule.__doc__ or ""), *complaints])


@pytest.mark.parametrize(("rule", "bad", "good"), CASES, ids=[rule.__name__ for rule, _, _ in CASES])
def test_the_rule_bites(rule: Rule, bad: tuple[str, str], good: tuple[str, str]) -> None:
    """The trap: a rule that never complains is kept by accident."""
    assert list(rule(module(*bad)))
    assert not list(rule(module(*good)))


def test_every_rule_is_asked() -> None:
    """The trap: a rule that is written down and never run."""
    written = {name for name, value in vars(rules).items() if callable(value) and getattr(value, "__module__", "") == rules.__name__}

    assert {name for name in written if not name.startswith("_")} == {rule.__name__ for rule in ALL_RULES}


def test_every_rule_tells_its_trap() -> None:
    """The trap: a rule whose reason is forgotten is the first to be switched off."""
    assert not [rule.__name__ for rule in ALL_RULES if not rule.__doc__]


def test_the_rules_see_every_room() -> None:
    """The trap: a renamed folder that no rule looks into any more."""
    assert set(ROOMS) <= {each.room for each in our_modules()}
