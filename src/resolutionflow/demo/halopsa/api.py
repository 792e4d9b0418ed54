"""The API over ASGI: discovery, tokens, errors. Everything else is in the handlers."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from resolutionflow.demo.halopsa.call import Call
from resolutionflow.demo.halopsa.credentials import Credentials
from resolutionflow.demo.halopsa.errors import HaloError, Shape, forbidden, unauthorized
from resolutionflow.demo.halopsa.routes import handle
from resolutionflow.demo.halopsa.state import READ, State
from resolutionflow.demo.simkit.api import Answer, Api, Work
from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.faults import Fault, FaultKind
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim

_PLAIN_ERRORS: Final[Mapping[FaultKind, HaloError]] = {
    FaultKind.UNAUTHORIZED: unauthorized(),
    FaultKind.NOT_FOUND: HaloError(404, "Not found", Shape.RESULT),
    FaultKind.CONFLICT: HaloError(409, "The record was changed by another agent.", Shape.MESSAGE),
    FaultKind.TOO_MANY: HaloError(429, "Too many requests. Try again later.", Shape.TEXT),
    FaultKind.ERROR: HaloError(500, "Object reference not set to an instance of an object."),
    FaultKind.UNAVAILABLE: HaloError(503, "The service is unavailable.", Shape.TEXT),
}


class HaloApi(Api[State]):
    """Everything but `/__sim`. Tokens live as long as the simulator runs and are not kept."""

    def __init__(self, sim: Sim[State], credentials: Credentials) -> None:
        super().__init__(sim)
        self._credentials = credentials
        self._tokens: dict[str, datetime] = {}
        self._issued = 0

    def resource(self, path: str) -> str:
        """The part after `/api`."""
        return path.removeprefix("/api") if path.startswith("/api/") else path

    def logged(self, request: Request) -> Record:
        return {"signed_in": "authorization" in request.headers}

    def trouble(self, fault: Fault) -> Refusal:
        if fault.kind is FaultKind.FORBIDDEN:
            return forbidden(str(fault.args.get("permission") or READ))
        return _PLAIN_ERRORS[fault.kind]

    def too_large(self) -> Refusal:
        return HaloError(413, "Maximum request length exceeded.")

    def strike(self, fault: Fault) -> None:
        if fault.kind is FaultKind.EXPIRE_TOKEN:
            self._tokens.clear()

    def refused(self, problem: Refusal) -> Answer:
        body = problem.body()
        if isinstance(body, str):
            return Answer(problem.status, body.encode(), "text/plain; charset=utf-8")
        return Answer(problem.status, orjson.dumps(body))

    def handle(self, work: Work) -> Answer:
        path, method = work.path, work.request.method
        if path.lower() == "/api/authinfo" and method == "GET":
            return self._auth_info(work.request)
        if path.lower() == "/auth/token" and method == "POST":
            return self._token(work)
        if not path.startswith("/api/"):
            raise HaloError(404, "No HTTP resource was found that matches the request.", Shape.MESSAGE)
        self._authorise(work.request)
        if "\x00" in "".join((path, *work.request.query_params.values())):
            raise HaloError(400, "A potentially dangerous value was detected.", Shape.MESSAGE)
        call = Call(
            method=method,
            path=self.resource(path),
            query=dict(work.request.query_params),
            body=_json(work.raw),
            state=self.sim.state,
            clock=self.sim.clock,
            deliveries=self.sim.deliveries,
            ignore_status=work.ignore_status,
        )
        work.entry["body"] = call.body
        work.entry["unknown_keys"] = call.unknown_keys
        reply = handle(call)
        return Answer(reply.status, orjson.dumps(reply.body))

    def _auth_info(self, request: Request) -> Answer:
        """Discovery, open to everyone."""
        base = f"{request.url.scheme}://{request.url.netloc}"
        return Answer(200, orjson.dumps({"auth_url": f"{base}/auth", "tenant_id": self._credentials.tenant}))

    def _token(self, work: Work) -> Answer:
        """`grant_type=client_credentials` as a form; the tenant is in the query."""
        form = dict(parse_qsl(work.raw.decode("utf-8", "replace"), keep_blank_values=True))
        work.entry["body"] = {name: value for name, value in form.items() if name != "client_secret"}
        wanted = self._credentials
        if form.get("grant_type") != "client_credentials":
            raise HaloError(400, "unsupported_grant_type: The grant type is not supported.", Shape.OAUTH)
        tenant = work.request.query_params.get("tenant", "")
        known = hmac.compare_digest(form.get("client_id", "").encode(), wanted.client_id.encode())
        right = hmac.compare_digest(form.get("client_secret", "").encode(), wanted.client_secret.encode())
        if not known or not right or tenant != wanted.tenant:
            raise HaloError(400, "invalid_client: The client credentials are invalid.", Shape.OAUTH)
        if form.get("scope") != "all":
            raise HaloError(400, "invalid_scope: The scope is not allowed.", Shape.OAUTH)
        self._issued += 1
        token = f"not-a-secret-token-{self._issued}"
        now = self.sim.clock.now()
        self._tokens = {one: end for one, end in self._tokens.items() if end > now}
        self._tokens[token] = now + timedelta(seconds=wanted.token_seconds)
        shown = {"token_type": "Bearer", "access_token": token, "expires_in": wanted.token_seconds, "scope": "all"}
        return Answer(200, orjson.dumps(shown))

    def _authorise(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        end = self._tokens.get(token) if scheme.lower() == "bearer" else None
        if end is None or end <= self.sim.clock.now():
            raise unauthorized()


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise HaloError(400, "The body is not valid JSON.", Shape.MESSAGE) from problem
