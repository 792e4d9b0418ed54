"""Tokens, discovery, refusals and how long to stay away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import orjson
import pytest

from resolutionflow.demo.halopsa import SimServer
from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.contract import NoteDraft
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaRateLimited,
    PsaRejected,
    PsaUnknownResult,
    PsaUrlRefused,
)
from resolutionflow.psa.providers.halopsa.provider import HaloProvider
from resolutionflow.psa.providers.halopsa.tokens import Tokens
from resolutionflow.psa.providers.halopsa.vendor import HaloConfig, HaloSecrets, open_halopsa
from resolutionflow.psa.providers.vendor import Opening
from tests.psa.halopsa.conftest import Halo, _stays

pytestmark = pytest.mark.anyio
TICKET = "2052"


def tokens_asked(halo: Halo) -> int:
    return len(halo.requests("POST", "/auth/token"))


@pytest.mark.parametrize(
    "changed", [{"client_id": ""}, {"client_id": "x" * 101}, {"tenant": "x" * 101}, {"site": ""}, {"extra": "x"}]
)
def test_what_is_typed_in_is_checked(changed: dict[str, str]) -> None:
    right = {"site": "https://Acme.halopsa.com/tickets?id=1", "client_id": "abc"}
    assert HaloConfig.model_validate(right).model_dump() == {
        "site": "acme.halopsa.com",
        "tenant": "",
        "client_id": "abc",
    }
    with pytest.raises(ValueError, match=r"."):
        HaloConfig.model_validate({**right, **changed})
    with pytest.raises(ValueError, match=r"."):
        HaloSecrets.model_validate({"client_secret": "short"})


@pytest.mark.parametrize("field", ["tenant", "client_id", "client_secret"])
async def test_a_wrong_sign_in_stops_the_check_at_its_first_line(halo: Halo, client: GuardedClient, field: str) -> None:
    provider = await open_halopsa(halo.opening(client, **{field: "not-the-right-one"}))
    checks = await provider.check()
    assert [(check.check, check.ok, check.permission) for check in checks] == [("sign_in", False, None)]


async def test_many_at_once_ask_for_one_token(client: GuardedClient) -> None:
    with SimServer() as fresh:
        halo = Halo(fresh)
        provider = await open_halopsa(halo.opening(client))
        await asyncio.gather(*(provider.list_boards() for _ in range(10)))
        again = await open_halopsa(halo.opening(client))
        await again.list_boards()
        assert tokens_asked(halo) == 1
        halo.close()


async def test_a_token_that_ran_out_is_replaced_unseen_by_reads_and_writes(
    halo: Halo, halo_provider: HaloProvider
) -> None:
    await halo_provider.list_boards()
    before = tokens_asked(halo)
    halo.fault("expire_token", path="/TicketType")
    assert await halo_provider.list_boards()
    assert tokens_asked(halo) == before + 1
    fields = await halo_provider.plan_note(NoteDraft(halo_provider.render_note("Once"), "internal"))
    halo.fault("expire_token", method="POST", path="/Actions")
    await halo_provider.add_note(TICKET, fields)
    assert len([row for row in halo.ticket(TICKET)["actions"] if "Once" in row["note_html"]]) == 1
    assert tokens_asked(halo) == before + 2


async def test_a_token_is_renewed_two_minutes_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)

    async def load() -> tuple[str, float]:
        asked.append(now)
        return f"token {len(asked)}", 900.0

    tokens = Tokens(("renewal", str(id(asked))), load)
    assert await tokens.current() == "token 1"
    now += 779
    assert await tokens.current() == "token 1"
    now += 2
    assert await tokens.current() == "token 2"
    assert await tokens.current(instead_of="token 1") == "token 2"
    assert await tokens.current(instead_of="token 2") == "token 3"


async def test_a_refused_token_is_replaced_once_only(halo: Halo, halo_provider: HaloProvider) -> None:
    halo.fault("401", path="/TicketType", times=0)
    halo.forget_requests()
    with pytest.raises(PsaAuth):
        await halo_provider.list_boards()
    assert len(halo.requests("GET", "/TicketType")) == 2


async def test_without_a_time_the_wait_doubles_to_a_minute(halo: Halo, halo_provider: HaloProvider) -> None:
    await halo_provider.list_boards()
    halo.fault("429", path="/TicketType", times=6)
    waits: list[float | None] = []
    for _ in range(6):
        with pytest.raises(PsaRateLimited) as caught:
            await halo_provider.list_boards()
        waits.append(caught.value.retry_after)
    assert waits == [5, 10, 20, 40, 60, 60]
    await halo_provider.list_boards()
    halo.fault("429", path="/TicketType")
    with pytest.raises(PsaRateLimited) as caught:
        await halo_provider.list_boards()
    assert caught.value.retry_after == 5


class Strange:
    """A server that answers what it is told: `{path: (status, type, body)}`."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                path = self.path.split("?")[0]
                outer.asked.append(path)
                self.rfile.read(int(self.headers.get("content-length", 0)))
                status, kind, body = outer.answers.get(path, (404, "text/plain", b"nothing here"))
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = _answer
            do_POST = _answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def json(self, path: str, body: Any, status: int = 200) -> None:
        self.answers[path] = (status, "application/json", orjson.dumps(body))

    def opening(self, client: GuardedClient) -> Opening:
        config = {"site": self.url, "tenant": "", "client_id": self.url}
        return Opening(client, config, {"client_secret": "not-a-secret"}, None, BareShelf(), _stays)


@pytest.fixture
def strange() -> Iterator[Strange]:
    found = Strange()
    found.json("/auth/token", {"access_token": "t", "expires_in": 3600})
    yield found
    found.server.shutdown()
    found.thread.join()
    found.server.server_close()


@pytest.mark.parametrize(
    "auth_url", ["https://evil.example/auth", "http://acme.halopsa.com/auth", "https://halopsa.com.evil.example/auth"]
)
async def test_a_sign_in_address_elsewhere_gets_no_secret(
    strange: Strange, client: GuardedClient, auth_url: str
) -> None:
    strange.json("/api/authinfo", {"auth_url": auth_url})
    with pytest.raises(PsaUrlRefused):
        await open_halopsa(strange.opening(client))
    assert strange.asked == ["/api/authinfo"]


@pytest.mark.parametrize("body", [b"<html>", b'"text"', b'{"tenant_id": "x"}', None])
async def test_a_system_that_does_not_tell_is_asked_at_the_usual_place(
    strange: Strange, client: GuardedClient, body: bytes | None
) -> None:
    if body is not None:
        strange.answers["/api/authinfo"] = (200, "text/html", body)
    strange.json("/api/TicketType", [{"id": 1, "name": "Incident"}])
    provider = await open_halopsa(strange.opening(client))
    assert [board.name for board in await provider.list_boards()] == ["Incident"]
    assert strange.asked == ["/api/authinfo", "/auth/token", "/api/TicketType"]


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (
            400,
            {"ClassName": "System.Exception", "Message": "Please choose a category"},
            PsaRejected,
            "choose a category",
        ),
        (400, {"resultCode": 400, "errorMessage": "Mandatory field"}, PsaRejected, "Mandatory field"),
        (400, {"Message": "The request is invalid."}, PsaRejected, "invalid"),
        (400, {"error": "bad", "error_description": "Bad thing"}, PsaRejected, "Bad thing"),
        (400, "An Outcome must be entered for this Action", PsaRejected, "Outcome must be entered"),
        (400, {"Message": "You do not have access to this Action at the moment"}, PsaPermission, "edit:tickets"),
        (403, {"Message": "No"}, PsaPermission, "edit:tickets"),
        (404, {"resultCode": 404, "errorMessage": "Gone"}, PsaNotFound, ""),
        (500, {"ClassName": "X", "Message": "Object reference"}, PsaUnknownResult, ""),
        (200, [], PsaUnknownResult, ""),
        (200, {"nothing": 1}, PsaUnknownResult, ""),
        (201, {"id": 0}, PsaUnknownResult, ""),
    ],
)
async def test_every_shape_of_refusal_has_its_error(
    strange: Strange, client: GuardedClient, status: int, body: Any, error: type[Exception], words: str
) -> None:
    strange.json("/api/Actions", body, status)
    provider = await open_halopsa(strange.opening(client))
    fields = await provider.plan_note(NoteDraft("<p>x</p>", "internal", outcome_id="7"))
    with pytest.raises(error, match=words or None):
        await provider.add_note(TICKET, fields)
    assert strange.asked.count("/api/Actions") == 1


@pytest.mark.parametrize(
    "shape",
    [lambda row: row, lambda row: [row], lambda row: {"ticket": row}, lambda row: {"tickets": [row], "count": 1}],
)
async def test_a_single_record_is_bare_or_wrapped(strange: Strange, client: GuardedClient, shape: Any) -> None:
    for path in ("TicketType", "Status", "Priority", "Agent"):
        strange.json(f"/api/{path}", [])
    strange.json("/api/Tickets/5", shape({"id": 5, "summary": "Found", "status_id": 9, "agent_id": 1}))
    ticket = await (await open_halopsa(strange.opening(client))).get_ticket("5")
    assert (ticket.summary, ticket.closed, ticket.owner) == ("Found", True, None)
    assert (ticket.created_at, ticket.updated_at, ticket.priority) == (None, None, None)
