"""uvicorn inside our own process and event loop: we own the socket and the signals."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import TYPE_CHECKING

import uvicorn

from resolutionflow.up.errors import CannotStartError

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp

_BACKLOG = 2048
_GRACE_SECONDS = 2


def bind(host: str, port: int) -> socket.socket:
    """A bound socket; `port` 0 takes a free one. Raises `CannotStartError` with the way out."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as unknown:
        raise CannotStartError(
            f"The address {host} is not known. Nothing was started. Use --host 127.0.0.1."
        ) from unknown
    listening = socket.socket(family, kind, proto)
    # A port of an earlier run may linger in TIME_WAIT; a port someone listens on is still refused.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as refused:
        listening.close()
        raise CannotStartError(
            f"Port {port} on {host} cannot be used ({refused.strerror}). Nothing was started. "
            f"Choose another with --port, or let a free one be taken: --port 0"
        ) from refused
    listening.setblocking(False)
    return listening


def url_of(listening: socket.socket) -> str:
    """The address of a bound socket as a browser on this machine writes it."""
    address = listening.getsockname()
    host = str(address[0])
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{address[1]}" if ":" in shown else f"http://{shown}:{address[1]}"


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process has more to stop than this server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class HttpServer:
    """Serves `app` on a bound socket until `stop`."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        """Nothing happens yet."""
        self._socket = listening
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                timeout_keep_alive=30,
                # Only a reverse proxy the operator named may say who the client is: sign-in limits count addresses.
                proxy_headers=bool(os.environ.get("FORWARDED_ALLOW_IPS")),
            )
        )

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        return url_of(self._socket)

    async def run(self) -> None:
        """Serve; returns after `stop`. Raises `CannotStartError` when the application refuses to start."""
        await self._server.serve(sockets=[self._socket])
        if not self._server.started:
            raise CannotStartError("The application did not start; the reason is in the log lines above.")

    def stop(self) -> None:
        """Ask open requests to end and return from `run` soon."""
        self._server.should_exit = True
