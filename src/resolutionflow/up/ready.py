"""What a started ``up`` tells scripts and people: addresses and the demo sign-in."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One person of the demo workspace."""

    email: str
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The sign-in to try first, and everyone else's."""

    email: str
    password: str
    users: tuple[DemoUser, ...]


@dataclass(frozen=True, slots=True)
class ConnectWise:
    """Addresses of the simulated PSA and of its control API."""

    url: str
    control_url: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The content of the ready file.

    ``welcome`` is the one-time address where the first account is made, null when there is one; ``demo`` and ``connectwise`` are null
    without the demo workspace.
    """

    url: str
    pid: int
    welcome: str | None
    demo: Demo | None
    connectwise: ConnectWise | None

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    def write(self, path: Path) -> None:
        """Write the whole file at once: who sees it sees all of it. Readable by its owner only."""
        write_whole(path, self.as_json())


def write_whole(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def read_ready(path: Path, *, pid: int) -> Ready | None:
    """What process ``pid`` wrote to ``path``; None when it has not (yet), or another did."""
    try:
        data = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        if data["pid"] != pid:
            return None
        demo, connectwise = data["demo"], data["connectwise"]
        return Ready(
            url=data["url"],
            pid=data["pid"],
            welcome=data["welcome"],
            demo=Demo(demo["email"], demo["password"], tuple(DemoUser(**user) for user in demo["users"]))
            if demo
            else None,
            connectwise=ConnectWise(**connectwise) if connectwise else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
