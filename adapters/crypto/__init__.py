"""Keys, tokens and identifiers: everything that rests on cryptography or chance."""
