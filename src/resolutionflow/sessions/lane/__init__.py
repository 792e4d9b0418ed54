"""The task lane: questions and diagnostic checks of a session."""
