"""Running the simulator: in a thread for tests and `up`, or in the foreground for the command line. Loopback only."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from resolutionflow.demo.connectwise.api import DROP_EXTENSION
from resolutionflow.demo.connectwise.app import create_app
from resolutionflow.demo.connectwise.clock import Clock, system_clock
from resolutionflow.demo.connectwise.sim import Credentials
from resolutionflow.demo.world import World, load

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8101
STATE_FILE: Final = "connectwise.json"
_START_LIMIT: Final = 20.0


class _DroppableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application cut the connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP_EXTENSION] = self._drop
            await inner(scope, receive, send)

        self.app = app

    def _drop(self) -> None:
        self.transport.abort()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_DroppableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


class SimServer:
    """The simulator in a thread of its own, on a free loopback port (or on `port`).

    Use as a context manager, or `start()` and `stop()`. `url` is what a client calls the site, `control_url` ends in
    `/__sim`.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        state_file: Path | None = None,
        credentials: Credentials | None = None,
        clock: Clock = system_clock,
        seed: int = 1,
        faults: object = None,
    ) -> None:
        self.credentials = credentials or Credentials()
        self._app = create_app(
            world or load(clock()),
            state_file=state_file,
            credentials=self.credentials,
            clock=clock,
            seed=seed,
            faults=faults,
            reload=load if world is None else None,
        )
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
        self._server = server = uvicorn.Server(_config(self._app))
        self._thread = threading.Thread(
            target=_serve, args=(server, listener), name="connectwise-simulator", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_LIMIT
        while not server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("The ConnectWise simulator did not start.")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Close the port and wait for the thread."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
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


def serve_in_thread(world: World | None = None, **options: Any) -> SimServer:
    """A started `SimServer`; the caller stops it. Options as for `SimServer`."""
    return SimServer(world, **options).start()


def run(port: int, seed: int, data_dir: Path | None, faults: Path | None, json_out: bool) -> int:  # noqa: FBT001 - called by name
    """`resolutionflow sim connectwise`: print address and credentials, serve until interrupted. Gives the exit code."""
    try:
        troubles: object = json.loads(faults.read_text(encoding="utf-8")) if faults else None
        server = SimServer(
            port=port, seed=seed, faults=troubles, state_file=None if data_dir is None else data_dir / STATE_FILE
        ).start()
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"The simulator cannot start: {problem}\n")
        return 2
    try:
        _introduce(server, json_out=json_out)
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


def _introduce(server: SimServer, *, json_out: bool) -> None:
    keys = server.credentials
    shown = {
        "url": server.url,
        "control_url": server.control_url,
        "company_id": keys.company_id,
        "public_key": keys.public_key,
        "private_key": keys.private_key,
        "client_id": keys.client_id,
    }
    if json_out:
        lines = [json.dumps(shown)]
    else:
        lines = ["ConnectWise simulator, invented data only. Stop with Ctrl-C."]
        lines += [f"  {name.replace('_', ' '):<12} {value}" for name, value in shown.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
