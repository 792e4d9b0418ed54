"""What can be wrong with the demo world's data files."""

from __future__ import annotations


class WorldError(ValueError):
    """A data file of the demo world is malformed, contradicts itself or points at something that does not exist."""
