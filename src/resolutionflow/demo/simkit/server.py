"""Running an ASGI application on a loopback port: in a thread, or in the foreground for the command line."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST: Final = "127.0.0.1"
#: The server offers this extension: an application calls it to cut the connection without (the rest of) an answer.
DROP_EXTENSION: Final = "resolutionflow.drop"
_START_LIMIT: Final = 20.0


class _DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application cut the connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP_EXTENSION] = self._drop
            await inner(scope, receive, send)

        self.app = app

    def _drop(self) -> None:
        self.transport.abort()


class LoopbackServer:
    """An application in a thread of its own, on a free loopback port (or on `port`).

    Use as a context manager, or `start()` and `stop()`. `name` is the thread's and the errors'. `force` cuts what is
    still being answered at the stop.
    """

    def __init__(self, app: ASGIApp, *, name: str, port: int = 0, force: bool = False) -> None:
        self._app = app
        self._name = name
        self._force = force
        self._wanted_port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def control_url(self) -> str:
        return f"{self.url}/__sim"

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
        self._server = server = uvicorn.Server(_config(self._app, force=self._force))
        self._thread = threading.Thread(target=_serve, args=(server, listener), name=self._name, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START_LIMIT
        while not server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"The {self._name} did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = self._force
        self._thread.join(timeout=10)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _config(app: ASGIApp, *, force: bool) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_DroppableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=0 if force else 1,
    )


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()


def serve(
    title: str,
    make: Callable[[object], LoopbackServer],
    credentials: Mapping[str, str],
    *,
    faults: Path | None,
    json_out: bool,
) -> int:
    """A simulator in the foreground, until interrupted; gives the exit code.

    `make` builds it with the faults read from the file; its addresses and the `credentials` are printed.
    """
    try:
        server = make(json.loads(faults.read_text(encoding="utf-8")) if faults else None).start()
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"The simulator cannot start: {problem}\n")
        return 2
    try:
        shown = {"url": server.url, "control_url": server.control_url, **credentials}
        _introduce(title, shown, json_out=json_out)
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


def _introduce(title: str, shown: dict[str, str], *, json_out: bool) -> None:
    if json_out:
        lines = [json.dumps(shown)]
    else:
        width = max(len(name) for name in shown)
        lines = [f"{title} simulator, invented data only. Stop with Ctrl-C."]
        lines += [f"  {name.replace('_', ' '):<{width}} {value}" for name, value in shown.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
