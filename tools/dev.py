"""`./rf dev`: the product with reload on both sides. Arguments are those of `resolutionflow up`.

The server is started anew when a Python, YAML or SQL file below src/ changes; the web app reloads itself through Vite,
which sends everything below /api to the server. Standard library only.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "resolutionflow"
WATCHED = {".py", ".yaml", ".sql", ".md", ".mako"}


def state() -> dict[str, int]:
    """Change times of what the server reads at start."""
    return {
        str(path): path.stat().st_mtime_ns
        for path in SOURCE.rglob("*")
        if path.suffix in WATCHED and "static" not in path.parts and path.is_file()
    }


def start(ready: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start the product; it writes `ready` when it answers."""
    ready.unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "resolutionflow", "up", *arguments, "--ready-file", str(ready)], start_new_session=True
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child in order, within ten seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_ready(ready: Path, server: subprocess.Popen[bytes]) -> str | None:
    """The server's address, or None when it ended instead."""
    while server.poll() is None:
        if ready.exists():
            return str(json.loads(ready.read_text(encoding="utf-8"))["url"])
        time.sleep(0.1)
    return None


def with_port(arguments: list[str]) -> list[str]:
    """The arguments with a port that stays the same over restarts, since Vite sends the API there: 8080 unless one is named."""
    if "--port" not in arguments:
        return [*arguments, "--port", "8080"]
    at = arguments.index("--port") + 1
    if arguments[at : at + 1] != ["0"]:
        return arguments
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return [*arguments[:at], str(probe.getsockname()[1]), *arguments[at + 1 :]]


def end(_number: int, _frame: object) -> None:
    """A stop signal ends us as Ctrl-C does, with our children."""
    raise KeyboardInterrupt


def main() -> int:
    """Run until Ctrl-C."""
    arguments = with_port(sys.argv[1:])
    signal.signal(signal.SIGTERM, end)
    vite: subprocess.Popen[bytes] | None = None
    with tempfile.TemporaryDirectory(prefix="rf-dev-") as folder:
        ready = Path(folder) / "ready.json"
        server = start(ready, arguments)
        seen = state()
        try:
            while True:
                address = wait_ready(ready, server) if server.poll() is None and not vite else None
                if address is not None:
                    vite = subprocess.Popen(
                        ["npm", "run", "--silent", "dev"],
                        cwd=ROOT / "web",
                        env={**os.environ, "RF_DEV_API": address},
                        start_new_session=True,
                    )
                time.sleep(0.5)
                now = state()
                if now != seen:
                    changed = sorted(set(now.items()) ^ set(seen.items()))
                    print(f"rf: {Path(changed[0][0]).relative_to(ROOT)} changed; starting the server anew", flush=True)
                    seen = now
                    stop(server)
                    server = start(ready, arguments)
        except KeyboardInterrupt:
            return 0
        finally:
            stop(server)
            if vite is not None:
                os.killpg(vite.pid, signal.SIGTERM)
                vite.wait()


if __name__ == "__main__":
    sys.exit(main())
