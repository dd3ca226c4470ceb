"""The rules of the box office: values, commands, state machines, refusals, and what each store must offer."""
