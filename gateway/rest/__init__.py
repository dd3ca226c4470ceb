"""Serves REST from stored GraphQL operations, so that nothing is implemented twice.

*.graphql     the operations, each with its route in `@rest`
mapping       what `@rest` may say
operations    what a stored operation is
loading       reads the files, and refuses to start with a broken one
completing    asks for every fact of every refusal, gathers the fragments
parameters    which value of a request goes where
binding       path, query string, headers and body become variables
coercion      texts become values, and every fault of a value is named with its place
answers       what an operation gave becomes a status, headers and a body
problems      what went wrong becomes a problem body (RFC 9457)
resources     one path with its methods
json_schemas  GraphQL's types as JSON Schema
openapi       the OpenAPI 3.1 document, from the same operations
docs          the page that shows it
routes        `mount`: all of it for the composition root
"""
