"""The model server on a loopback port, in a thread of its own; its routes and its control interface."""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from resolutionflow.demo.models.anthropic import Messages
from resolutionflow.demo.models.google import GenerateContent
from resolutionflow.demo.models.openai import ChatCompletions
from resolutionflow.demo.models.script import KEY, Change, Recorded, Script
from resolutionflow.demo.models.wire import DROP_EXTENSION, endpoint

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8104
_START_LIMIT: Final = 20.0


class _DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application cut the connection in the middle of an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP_EXTENSION] = self._drop
            await inner(scope, receive, send)

        self.app = app

    def _drop(self) -> None:
        self.transport.abort()


def create_app(script: Script) -> Starlette:
    """The three protocols, and `/__sim/script` to look at and change what is said."""
    return Starlette(
        routes=[
            Route("/v1/messages", endpoint(Messages(), script), methods=["POST"]),
            Route("/v1/chat/completions", endpoint(ChatCompletions(), script), methods=["POST"]),
            Route(
                "/v1beta/models/{model}:streamGenerateContent", endpoint(GenerateContent(), script), methods=["POST"]
            ),
            Route("/__sim/script", _control(script), methods=["GET", "POST", "DELETE"]),
        ]
    )


def _control(script: Script) -> Any:
    async def respond(request: Request) -> Response:
        if "origin" in request.headers:
            return JSONResponse({"message": "The control interface does not answer web pages."}, 403)
        if request.method == "DELETE":
            script.reset()
        elif request.method == "POST":
            try:
                _change(script, Change.model_validate_json(await request.body()))
            except ValidationError as problem:
                return JSONResponse({"message": str(problem)}, 400)
        seen = [{"protocol": one.protocol, "path": one.path, "body": one.body} for one in script.requests]
        return JSONResponse({"requests": seen, "finished": script.finished})

    return respond


def _change(script: Script, change: Change) -> None:
    script.queue(*change.queue)
    script.rules += change.rules
    if change.default is not None:
        script.default = change.default


class ModelServer:
    """Use as a context manager, or `start()` and `stop()`."""

    def __init__(self, *, port: int = 0, key: str = KEY) -> None:
        self.script = Script(key=key)
        self._wanted_port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def requests(self) -> list[Recorded]:
        return self.script.requests

    def base_url(self, provider: str) -> str:
        """What to enter as the base URL for a family of providers."""
        return f"{self.url}/v1" if provider == "openai_compatible" else self.url

    def start(self) -> Self:
        """Listen and answer. Raises `OSError` when the port is taken."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self._wanted_port))
        except OSError:
            listener.close()
            raise
        self.port = int(listener.getsockname()[1])
        config = uvicorn.Config(
            create_app(self.script),
            http=_DroppableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=0,
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=_serve, args=(server, listener), name="model-server", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_LIMIT
        while not server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The model server did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()
