"""Answers of uploads."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.kit.schemas import Out


class UploadOut(Out):
    """A picture as it was stored: always re-encoded, sizes in pixels and bytes."""

    id: UUID
    content_type: str
    width: int
    height: int
    size_bytes: int
