"""Suggested fixes: the proposed resolutions of a session and their outcomes."""
