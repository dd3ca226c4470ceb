"""Runs GraphQL operations for every transport: read, measure, validate, execute, and tell errors without giving anything away.

request     what a client sends, read strictly
limits      how much an operation asks for, measured before it costs anything
costs       how many objects its answer can hold (`costing` counts them), told for any variables
documents   the operations already read and validated, a bounded store
pipeline    prepare, execute and subscribe: what transports call
executor    how a prepared operation is run
masking     which words of an error may leave the house
answers     what comes back, and its bytes (`format`)
"""
