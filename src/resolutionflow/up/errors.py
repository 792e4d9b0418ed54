"""Why the product cannot start, in words."""


class CannotStartError(RuntimeError):
    """``str()`` says what happened, what is safe, what to do."""
