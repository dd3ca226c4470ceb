"""Runs GraphQL operations by a plan compiled once, level by level: a field of all parents is one call instead of one call each.

A package of its own: it knows graphql-core, whose answers and errors it reproduces exactly, and nothing of tickets.

    engine = Engine(schema)
    survey = survey_document(operation, fragments)            # once for each document
    plan = engine.compile(survey, operation, fragments, variable_values)
    if isinstance(plan, Uncompiled):
        …                                                     # ask graphql-core; nothing has run yet
    result = await engine.execute(plan, Request(root, context, variable_values))

A field is resolved in one of four ways, which `describe` chooses from its definition:

    Attribute   read off the source
    Column      worked out for the sources of a whole level at once, by the function in `field.extensions["column"]`
    Batched     one call for the sources of a whole level, by the `function(context, keys, args)` and `key(source)` of
                `field.extensions["batch"]`
    Called      a resolver called for each source, sync or async

and is completed column by column. The modules, each leaning on those before it:

    places        where a value stands in the response; what a null takes with it
    resolutions   the four ways above
    leaves        scalars and enums, a column at a time
    arguments     coerced once for all sources
    information   what a resolver is told of its field
    shapes        how a value of a type is completed
    steps         reading the fields that need nothing but their sources
    plans         compiling a selection set, and what is left to graphql-core
    lanes         calls of batch functions, shared by all fields that need the same one
    runs          one execution of a plan
    engine        the door
"""

from gateway.execution.engine import Engine, Request
from gateway.execution.information import Information
from gateway.execution.plans import Plan, Plans, Reason, Survey, Uncompiled, survey_document
from gateway.execution.resolutions import Attribute, Batched, Called, Column, Resolution, describe

__all__ = [
    "Attribute",
    "Batched",
    "Called",
    "Column",
    "Engine",
    "Information",
    "Plan",
    "Plans",
    "Reason",
    "Request",
    "Resolution",
    "Survey",
    "Uncompiled",
    "describe",
    "survey_document",
]
