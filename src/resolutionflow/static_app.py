"""Serves the built web app: hashed files for ever, the page itself never from a cache unasked.

Everything is read into a table at start and compressed on first use: a request can only name what is in it, so there is no path to escape from.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The other security headers are the envelope's, which is around every answer.
_PAGE_HEADERS = {"content-security-policy": CONTENT_SECURITY_POLICY}
# Pages behind a link that is the only key to them: found by nobody, kept nowhere, named to no other site.
_LINKED_PAGE = "/shared/"
_LINKED_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_WORTH_COMPRESSING = frozenset({".html", ".js", ".css", ".svg", ".json", ".txt", ".webmanifest", ".map"})
_SMALLEST = 1024
_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
_NOT_BUILT = (
    "<!doctype html><html lang=en><title>ResolutionFlow</title><h1>The web app is not built</h1>"
    "<p>The server works; its pages are missing. Run <code>./rf up</code> from the checkout, which builds them.</p></html>"
)


@dataclass(slots=True)
class _File:
    path: Path
    media_type: str
    cache: str
    etag: str
    modified: str
    plain: bytes
    compressed: bytes | None = field(default=None)


class StaticApp:
    """An ASGI application for everything that is not the API.

    Answers GET and HEAD. An unknown path is the page itself when a browser navigates there (it asks for HTML), so that
    the app's own addresses can be opened and reloaded; anything else unknown is 404.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the built app from ``folder``. A folder without a built app gives a page that says so."""
        self.build = _build_of(folder)
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        }
        page = self._page()
        if page is not None:
            page.plain = page.plain.replace(
                b"</head>", f'<meta name="rf-build" content="{self.build}"></head>'.encode(), 1
            )

    @property
    def built(self) -> bool:
        """Whether there is a web app to serve."""
        return "/index.html" in self._files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"] == "/api" or scope["path"].startswith("/api/"):
            # The API answers in its own shape.
            raise HTTPException(404)
        response = self._answer(scope["method"], scope["path"], Headers(scope=scope))
        await response(scope, receive, send)

    def _answer(self, method: str, path: str, headers: Headers) -> Response:
        if method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        found = self._files.get(path) or (self._page() if self._navigates(path, headers) else None)
        if found is None:
            if self._navigates(path, headers):
                return Response(_NOT_BUILT, 503, media_type="text/html", headers=_PAGE_HEADERS)
            return Response("Not found", 404, media_type="text/plain", headers={"cache-control": _ASK_AGAIN})
        response = _respond(found, headers)
        if path.startswith(_LINKED_PAGE):
            response.headers.update(_LINKED_HEADERS)
        return response

    def _page(self) -> _File | None:
        return self._files.get("/index.html")

    @staticmethod
    def _navigates(path: str, headers: Headers) -> bool:
        if path == "/":
            return True
        # A missing script must be a 404, never a page that then fails as a script.
        if path.startswith("/assets/") or PurePosixPath(path).suffix in _WORTH_COMPRESSING:
            return False
        return "text/html" in headers.get("accept", "")


def mount(api: FastAPI) -> str:
    """Let the built app answer whatever no route of ``api`` does; a wrong method on a route stays 405. Returns its build."""
    app = StaticApp()
    api.router.default = app
    return app.build


def _build_of(folder: Path) -> str:
    """What tells one build of the web app from another: its page names every hashed file. Empty when nothing is built."""
    page = folder / "index.html"
    return sha256(page.read_bytes()).hexdigest()[:16] if page.is_file() else ""


def _read(path: Path, folder: Path) -> _File:
    content = path.read_bytes()
    suffix = path.suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    # The build puts a hash of the content into the names below assets/: a name never changes its meaning.
    hashed = path.relative_to(folder).parts[0] == "assets"
    return _File(
        path=path,
        media_type=media_type,
        cache=_FOR_EVER if hashed else _ASK_AGAIN,
        etag=f'"{sha256(content).hexdigest()[:20]}"',
        modified=formatdate(path.stat().st_mtime, usegmt=True),
        plain=content,
    )


def _respond(found: _File, headers: Headers) -> Response:
    out = {"cache-control": found.cache, "etag": found.etag, "last-modified": found.modified, **_PAGE_HEADERS}
    body = found.plain
    if found.path.suffix in _WORTH_COMPRESSING and len(body) >= _SMALLEST:
        out["vary"] = "accept-encoding"
        if _accepts_gzip(headers.get("accept-encoding", "")):
            if found.compressed is None:
                found.compressed = gzip.compress(body, 6, mtime=0)
            body = found.compressed
            out["content-encoding"] = "gzip"
            # The same tag for two encodings would let a cache mix them up.
            out["etag"] = found.etag[:-1] + '-gz"'
    if out["etag"] in [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=out)
    return Response(body, media_type=found.media_type, headers=out)


def _accepts_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
