"""The house rules that a person would have to remember, each as a function that names what breaks it.

Each takes a module and gives the complaints, `line: what`. Its docstring tells the trap it guards against.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator

from tests.architecture.sources import Module

Complaints = Iterator[str]
Rule = Callable[[Module], Complaints]

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
EMPTY_WORDS = frozenset({"manager", "managers", "helper", "helpers", "util", "utils", "impl"})
EMPTY_TITLES = EMPTY_WORDS | {"base", "common", "misc"}
CLOCKS_AND_DICE = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "urandom"})
CHANCE = frozenset({"random", "secrets", "time"})
# metrics.py: prometheus_client is told its directory by a variable of its own and in no other way.
READERS_OF_THE_ENVIRONMENT = ("gateway/cli", "gateway/embedded", "gateway/metrics.py", "deploy", "tests", "bench", "examples")
# Put together, so that this file does not break its own rule.
PROMISES = re.compile(rf"\b({'TO' + 'DO'}|{'FIX' + 'ME'}|{'XX' + 'X'}|{'NotImplemented' + 'Error'})\b")


def files_stay_short(module: Module) -> Complaints:
    """The best-known shops ended with services of 3,000 lines that nobody dared to change."""
    if (length := module.text.count("\n")) > LONGEST_FILE:
        yield f"{length} lines, at most {LONGEST_FILE}: make the word a package in this room"


def functions_stay_short(module: Module) -> Complaints:
    """A function that does not fit on a screen hides a branch that nobody tested. Migrations are one list of statements."""
    if not module.within("migrations/versions"):
        for function in module.functions():
            if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION:
                yield f"{function.lineno}: {function.name} has {length} lines, at most {LONGEST_FUNCTION}"


def imports_stand_at_the_top(module: Module) -> Complaints:
    """An import inside a function hides a circle, and fails at the first request instead of at the start."""
    for function in module.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: import inside {function.name}"


def files_say_what_they_are(module: Module) -> Complaints:
    """Who looks for a word of the box office should know after one line whether this is the place."""
    first = module.tree.body[0] if module.tree.body else None
    docstring = ast.get_docstring(module.tree, clean=False)
    if docstring is None or first is None or first.lineno != 1:
        yield "1: the first line is no docstring"
    elif not docstring.strip().split("\n", 1)[0].endswith("."):
        yield "1: the first line is no whole sentence"


def names_say_something(module: Module) -> Complaints:
    """A Manager or Helper is where things go that nobody gave a place, until it knows everything."""
    if EMPTY_TITLES.intersection(module.path.stem.lower().split("_")):
        yield f"the file's name says nothing: {module.path.name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", node.name)}
            if empty := words & (EMPTY_TITLES if isinstance(node, ast.ClassDef) else EMPTY_WORDS):
                yield f"{node.lineno}: {node.name} says nothing with {', '.join(sorted(empty))}"


def nothing_is_promised(module: Module) -> Complaints:
    """A promise in a comment is a feature that looks finished from outside."""
    for number, line in enumerate(module.text.splitlines(), 1):
        if found := PROMISES.search(line):
            yield f"{number}: {found[0]}"


def the_domain_needs_python_only(module: Module) -> Complaints:
    """A rule that needs a library can only be tested, kept and upgraded with it."""
    if module.room == "domain":
        yield from _strangers(module, frozenset({"domain"}))


def the_executor_needs_graphql_only(module: Module) -> Complaints:
    """The executor is exchanged for a compiled one; what knows tickets or a web framework could not be."""
    if module.within("gateway/execution"):
        yield from _strangers(module, frozenset({"graphql", "orjson"}), own="gateway.execution")


def loaders_are_declared_once(module: Module) -> Complaints:
    """A second place that makes loaders would batch behind the compiled plan's back; a lambda breaks aiodataloader."""
    if module.room not in {"tests", "bench"} and not module.within("schema/batched.py"):
        for name, line in module.imports():
            if name.partition(".")[0] == "aiodataloader":
                yield f"{line}: aiodataloader outside of schema/batched.py"


def time_and_chance_are_handed_in(module: Module) -> Complaints:
    """A rule that reads the clock cannot be tested at midnight, and disagrees with the database's time."""
    if module.room not in {"domain", "resolvers"}:
        return
    for name, line in module.imports():
        if name.partition(".")[0] in CHANCE:
            yield f"{line}: imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CLOCKS_AND_DICE:
                yield f"{node.lineno}: calls {called}()"


def the_environment_is_read_once(module: Module) -> Complaints:
    """A variable read deep inside is checked by nobody at start, and described nowhere."""
    if not module.within(*READERS_OF_THE_ENVIRONMENT):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}:
                yield f"{node.lineno}: reads os.{node.attr}; hand the setting in from gateway/settings.py"


def deeds_ask_for_permission_first(module: Module) -> Complaints:
    """A check after the first read already tells a stranger what exists; a forgotten one lets everybody in."""
    if module.room != "resolvers":
        return
    for function in module.tree.body:
        if isinstance(function, ast.AsyncFunctionDef) and not function.name.startswith("_") and _writes(function):
            body = function.body[1:] if ast.get_docstring(function) is not None else function.body
            if not ast.unparse(body[0]).startswith("ctx.viewer.require("):
                yield f"{function.lineno}: {function.name} does not begin with ctx.viewer.require(…)"


def info_stays_in_the_schema(module: Module) -> Complaints:
    """Whoever is handed GraphQL's `info` can reach everything, and can be called from GraphQL only."""
    if module.room in {"domain", "resolvers", "adapters", "plugin_host"}:
        for function in module.functions():
            arguments = function.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if argument.arg == "info":
                    yield f"{function.lineno}: {function.name} takes info; hand it the value it needs"


def _strangers(module: Module, allowed: frozenset[str], own: str | None = None) -> Complaints:
    for name, line in module.imports():
        top = name.partition(".")[0]
        inside = own is not None and (name == own or name.startswith(f"{own}."))
        if not (inside or top in allowed or top in sys.stdlib_module_names):
            yield f"{line}: imports {name}"


def _writes(function: ast.AsyncFunctionDef) -> bool:
    """Whether the function opens a writing work or places holds."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"work", "holds"} and isinstance(node.value, ast.Name) and node.value.id == "ctx"
        for node in ast.walk(function)
    )
