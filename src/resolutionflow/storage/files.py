"""The file store over `obstore`: a folder of this machine, or an S3-compatible bucket."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from resolutionflow.settings import Settings
from resolutionflow.storage.contract import FileMissing, FileStore, StorageUnavailable

if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Config, S3Store

FOLDER = "files"
CONNECT_SECONDS = 5
ANSWER_SECONDS = 20
log = structlog.get_logger(__name__)


class _Files:
    """Implements `FileStore`. The store is opened on first use: the library is slow to import."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened: LocalStore | S3Store | None = None

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        async with self._store(key) as store:
            # A plain folder keeps no attributes of a file.
            attributes = {"Content-Type": content_type} if self._settings.storage_url else None
            await store.put_async(key, data, attributes=attributes, use_multipart=False)

    async def get(self, key: str) -> bytes:
        async with self._store(key) as store:
            found = await store.get_async(key)
            return bytes(await found.bytes_async())

    async def delete(self, key: str) -> None:
        try:
            async with self._store(key) as store:
                await store.delete_async(key)
        except FileMissing:
            return

    @asynccontextmanager
    async def _store(self, key: str) -> AsyncGenerator[Any]:
        from obstore.exceptions import BaseError

        if ".." in PurePosixPath(key).parts or key.startswith("/"):
            message = "a key stays inside its store"
            raise ValueError(message)
        try:
            if self._opened is None:
                self._opened = _open(self._settings)
            yield self._opened
        except FileNotFoundError as error:
            raise FileMissing(key) from error
        except (BaseError, OSError) as error:
            log.warning("storage_failed", error=type(error).__name__)
            raise StorageUnavailable from error


def open_files(settings: Settings) -> FileStore:
    """The store the settings name. Nothing is contacted yet."""
    return _Files(settings)


def _open(settings: Settings) -> LocalStore | S3Store:
    from obstore.store import LocalStore, S3Store

    if not settings.storage_url:
        return LocalStore(settings.data_dir / FOLDER, automatic_cleanup=False, mkdir=True)
    address = urlsplit(settings.storage_url)
    if address.scheme != "s3" or not address.netloc:
        message = "RF_STORAGE_URL must look like s3://bucket or s3://bucket/folder"
        raise ValueError(message)
    config: S3Config = {"region": settings.storage_region}
    if settings.storage_endpoint:
        config["endpoint"] = settings.storage_endpoint
    if settings.storage_access_key:
        config["access_key_id"] = settings.storage_access_key
        config["secret_access_key"] = settings.storage_secret_key.get_secret_value()
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        config=config,
        client_options={
            "allow_http": settings.storage_endpoint.startswith("http://"),
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "timeout": timedelta(seconds=ANSWER_SECONDS),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=ANSWER_SECONDS)},
    )
