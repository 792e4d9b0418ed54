"""Files: one contract, a local folder by default, any S3-compatible store by setting."""

from resolutionflow.storage.contract import FileMissing, FileStore, StorageUnavailable
from resolutionflow.storage.files import open_files

__all__ = ["FileMissing", "FileStore", "StorageUnavailable", "open_files"]
