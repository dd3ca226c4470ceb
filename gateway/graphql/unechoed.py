"""Takes out of graphql-core's sentences the values that somebody sent: what is wrong is told, and where, but no password once more.

graphql-core shows the value in the sentence, the whole object where one of its fields is wrong. What the sender knows anyway would
also stand in the logs of whoever is between. The shapes of its sentences are few; a test sends a marked value to every input of the schema.
"""

import re

_VALUE = re.DOTALL
_SHAPES = (
    # Expected value of type 'SignInInput' to be an object, found: [1].
    (re.compile(r"[,;]? [Ff]ound: .*", _VALUE), "."),
    # String cannot represent a non string value: 12345
    (re.compile(r"(cannot represent [^:]*): .*", _VALUE), r"\1."),
    # Value 'SUPERUSER' does not exist in 'Role' enum. Did you mean …?
    (re.compile(r"Value '.*' does not exist in '(\w+)' enum", _VALUE), r"The value does not exist in '\1' enum"),
    # Syntax Error: Expected Name, found String 'plum lantern'.
    (re.compile(r"\b(String|BlockString|Int|Float) '.*'", _VALUE), r"\1"),
)


def without_values(message: str) -> str:
    """The sentence with its place and the type that was expected, and without what was sent instead."""
    told = message
    for shape, instead in _SHAPES:
        told = shape.sub(instead, told)
    return told.replace("?.", "?")
