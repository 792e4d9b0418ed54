"""The first account of an installation, made when nobody can sign in yet."""
