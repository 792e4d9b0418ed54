"""Sign-in, tokens, roles and what a caller may do."""
