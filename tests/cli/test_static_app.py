"""What a browser gets from the built web app, and what it must not get."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from resolutionflow import static_app
from resolutionflow.http.middleware import Envelope
from resolutionflow.static_app import StaticApp, mount

pytestmark = pytest.mark.anyio

_PAGE = "<!doctype html><head><title>ResolutionFlow</title></head>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / ".vite").mkdir()
    (built / "index.html").write_text(_PAGE)
    (built / "assets" / "main-4f2a.js").write_text("export const answer = 42;\n" * 200)
    (built / "assets" / "inter.woff2").write_bytes(b"wOF2" * 1000)
    (built / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "secret.key").write_text("do not serve")
    return built


@pytest.fixture
async def client(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx2.AsyncClient]:
    monkeypatch.setattr(static_app, "StaticApp", lambda: StaticApp(folder))
    api = FastAPI()

    @api.get("/api/v1/thing")
    async def thing() -> str:
        return "thing"

    transport = httpx2.ASGITransport(app=Envelope(api, mount(api)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as browser:
        yield browser


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.key",
        "/%2e%2e/secret.key",
        "/assets/../../secret.key",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.key",
        "/.vite/manifest.json",
        "/assets/gone-1234.js",
        "/assets",
        "/favicon.svg",
    ],
)
async def test_what_is_not_in_the_build_is_not_served(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert "do not serve" not in answer.text


async def test_a_missing_script_is_never_answered_with_a_page(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/assets/gone-1234.js", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 404


async def test_the_api_keeps_its_own_answers(client: httpx2.AsyncClient) -> None:
    missing = await client.get("/api/v1/nothing", headers={"accept": "text/html"})
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/json"
    assert (await client.delete("/api/v1/thing")).status_code == 405
    assert (await client.get("/api/v1/thing")).json() == "thing"


async def test_writing_methods_are_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/pilot/1")).status_code == 405


@pytest.mark.parametrize("path", ["/", "/index.html", "/pilot/018f-some-id", "/tickets?board=1"])
async def test_every_address_of_the_app_opens_the_page(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"accept": "text/html,application/xhtml+xml"})
    assert answer.status_code == 200
    # The page knows its own build, every answer names the one that is served: an old page can tell.
    build = answer.headers["x-rf-build"]
    assert answer.text == _PAGE.replace("</head>", f'<meta name="rf-build" content="{build}"></head>')
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_hashed_files_are_kept_for_ever_and_compressed(client: httpx2.AsyncClient, folder: Path) -> None:
    squeezed = await client.get("/assets/main-4f2a.js", headers={"accept-encoding": "gzip"})
    assert squeezed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert squeezed.headers["content-encoding"] == "gzip"
    assert squeezed.headers["vary"] == "accept-encoding"
    assert squeezed.text == (folder / "assets" / "main-4f2a.js").read_text()
    for header in ("identity", "gzip;q=0"):
        plain = await client.get("/assets/main-4f2a.js", headers={"accept-encoding": header})
        assert "content-encoding" not in plain.headers
        assert plain.text == squeezed.text
    font = await client.get("/assets/inter.woff2", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in font.headers
    assert font.headers["content-type"] == "font/woff2"


async def test_an_unchanged_file_is_not_sent_again(client: httpx2.AsyncClient) -> None:
    first = await client.get("/", headers={"accept": "text/html"})
    again = await client.get("/", headers={"accept": "text/html", "if-none-match": f'W/"x", {first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""


async def test_a_checkout_without_a_build_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_app, "StaticApp", lambda: StaticApp(tmp_path))
    api = FastAPI()
    mount(api)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=api), base_url="http://test") as browser:
        answer = await browser.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert "./rf up" in answer.text


async def test_another_build_has_another_name(client: httpx2.AsyncClient, folder: Path) -> None:
    before = (await client.get("/api/v1/thing")).headers["x-rf-build"]
    assert before == StaticApp(folder).build
    (folder / "index.html").write_text(_PAGE.replace("ResolutionFlow", "ResolutionFlow again"))
    assert StaticApp(folder).build not in ("", before)
    assert StaticApp(folder / "assets").build == ""
