"""The file store: a folder, and an S3-compatible store over the wire."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from resolutionflow.settings import Settings
from resolutionflow.storage import FileMissing, FileStore, StorageUnavailable, open_files

pytestmark = pytest.mark.anyio


class Bucket(BaseHTTPRequestHandler):
    """As much of the S3 wire protocol as a store of whole files needs."""

    files: dict[str, bytes] = {}
    signed: list[bool] = []

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.signed.append("AWS4-HMAC-SHA256 Credential=key/" in self.headers.get("Authorization", ""))
        self.files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        found = self.files.get(self.path)
        self._answer(404) if found is None else self._answer(200, found)

    def do_POST(self) -> None:
        """Deletes of several files, which is how one is deleted too."""
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        names = re.findall(r"<Key>(.*?)</Key>", asked)
        for name in names:
            self.files.pop(f"/pictures/{name}", None)
        gone = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def bucket() -> Iterator[str]:
    Bucket.files, Bucket.signed = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


async def _round_trip(store: FileStore) -> None:
    key = "0190/uploads/a.jpg"
    with pytest.raises(FileMissing):
        await store.get(key)
    await store.put(key, b"first", content_type="image/jpeg")
    await store.put(key, b"second", content_type="image/jpeg")
    assert await store.get(key) == b"second"
    await store.delete(key)
    await store.delete(key)
    with pytest.raises(FileMissing):
        await store.get(key)


async def test_a_folder_keeps_files_below_the_data_directory(tmp_path: Path) -> None:
    store = open_files(Settings(data_dir=tmp_path))
    await _round_trip(store)
    await store.put("0190/uploads/b.jpg", b"x", content_type="image/jpeg")
    assert (tmp_path / "files" / "0190" / "uploads" / "b.jpg").read_bytes() == b"x"
    for key in ("../outside", "/etc/passwd", "a/../../b"):
        with pytest.raises(ValueError, match="stays inside"):
            await store.put(key, b"x", content_type="image/jpeg")


async def test_a_bucket_is_spoken_to_with_signed_requests(bucket: str) -> None:
    store = open_files(
        Settings(
            storage_url="s3://pictures/prod",
            storage_endpoint=bucket,
            storage_access_key="key",
            storage_secret_key="not a real one",
        )
    )
    await _round_trip(store)
    await store.put("0190/uploads/b.jpg", b"x", content_type="image/jpeg")
    assert Bucket.files == {"/pictures/prod/0190/uploads/b.jpg": b"x"}
    assert Bucket.signed == [True, True, True]


async def test_a_store_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailable):
        await open_files(Settings(data_dir=tmp_path)).put("0190/a", b"x", content_type="image/jpeg")
