"""Serves REST from stored GraphQL operations, so that nothing is implemented twice.

*.graphql     the operations, each with its route in `@rest`
mapping       what `@rest` may say
operations    reads the files, completes the operations, and refuses to start with a broken one
binding       path, query, headers and body become variables
coercion      texts become values, and every fault of a value is named with its place
answers       what an operation gave becomes a status, headers and a body
problems      what went wrong becomes a problem body (RFC 9457)
resources     one path with its methods
openapi       the OpenAPI 3.1 document, from the same operations
docs          the page that shows it
routes        `mount`: all of it for the composition root
"""
