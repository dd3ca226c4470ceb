"""What clients see: the GraphQL types, inputs, unions and the published SDL."""
