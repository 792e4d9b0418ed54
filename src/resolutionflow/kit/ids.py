"""Identifiers are made in Python: UUID version 7, so that they sort by time of birth."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new time-ordered UUID."""
    return uuid7()
