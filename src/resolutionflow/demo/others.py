"""The simulators of the other PSAs: started when the demo workspace connects one, and again when `up` finds it connected."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from resolutionflow.psa.connections import SignIn
from resolutionflow.settings import Settings

OtherPsa = Literal["halopsa", "autotask"]
OTHERS: tuple[OtherPsa, ...] = get_args(OtherPsa)
NAMES: dict[OtherPsa, str] = {"halopsa": "HaloPSA (simulated)", "autotask": "Autotask (simulated)"}
_FOLDER = "simulators"
_CONFIG: dict[OtherPsa, tuple[str, ...]] = {"halopsa": ("tenant", "client_id"), "autotask": ("username",)}
_SECRETS: dict[OtherPsa, tuple[str, ...]] = {
    "halopsa": ("client_secret",),
    "autotask": ("secret", "integration_code"),
}
_running: dict[OtherPsa, Any] = {}
_lock = threading.Lock()


async def start(settings: Settings, psa: OtherPsa) -> str:
    """The address of the simulator, started in this process unless it runs. It keeps its port when it can."""
    return await asyncio.to_thread(_start, settings.data_dir / _FOLDER, psa)


def _start(folder: Path, psa: OtherPsa) -> str:
    with _lock:
        if psa not in _running:
            folder.mkdir(parents=True, exist_ok=True)
            module = import_module(f"resolutionflow.demo.{psa}")
            remembered = folder / f"{psa}.port"
            _running[psa] = _serve(module.SimServer, folder / module.STATE_FILE, _port(remembered))
            remembered.write_text(f"{_running[psa].port}\n", encoding="ascii")
        return str(_running[psa].url)


def _serve(make: Callable[..., Any], state_file: Path, port: int) -> Any:
    server = make(port=port, state_file=state_file)
    try:
        server.start()
    except OSError:
        server = make(port=0, state_file=state_file)
        server.start()
    return server


def _port(remembered: Path) -> int:
    try:
        return int(remembered.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def sign_in(psa: OtherPsa, url: str) -> SignIn:
    """What the simulator lets in."""
    known = {
        name: str(value) for name, value in asdict(import_module(f"resolutionflow.demo.{psa}").Credentials()).items()
    }
    return SignIn(
        psa,
        {"site": url, **{name: known[name] for name in _CONFIG[psa]}},
        {name: known[name] for name in _SECRETS[psa]},
    )


def addresses() -> list[str]:
    """Where the simulators that run here are."""
    with _lock:
        return [str(server.url) for server in _running.values()]


async def stop() -> None:
    """End those that run here; their state is kept."""
    with _lock:
        servers = list(_running.values())
        _running.clear()
    for server in servers:
        await asyncio.to_thread(server.stop)
