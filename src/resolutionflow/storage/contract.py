"""What the rest of the product knows about files. Never call it inside a transaction."""

from __future__ import annotations

from typing import Protocol

from resolutionflow.errors import AppError


class StorageUnavailable(AppError):
    code = "storage_unavailable"
    status = 503
    message = "The file store cannot be reached. Nothing was lost; try again in a moment."


class FileMissing(Exception):
    """There is no file under this key."""


class FileStore(Protocol):
    """Files by key. A key begins with the account it belongs to (`<account id>/uploads/<id>.jpg`). All raise `StorageUnavailable`."""

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store or replace a file; readers see the old or the new one, never a half."""
        ...

    async def get(self, key: str) -> bytes:
        """The whole file. Raises `FileMissing`."""
        ...

    async def delete(self, key: str) -> None:
        """Remove a file; also when it is not there."""
        ...
