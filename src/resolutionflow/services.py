"""What routes and jobs are given: one frozen bundle per process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from resolutionflow.db.session import Database
from resolutionflow.kit.known import KnownSecrets
from resolutionflow.kit.sse import Streams
from resolutionflow.kit.streamlog import StreamLogs
from resolutionflow.kit.together import Together
from resolutionflow.llm.lines import Lines
from resolutionflow.realtime.bus import Bus
from resolutionflow.realtime.hub import Hub
from resolutionflow.settings import Settings
from resolutionflow.storage import FileStore, open_files


@dataclass(frozen=True, slots=True)
class Services:
    """Built once by `app.create_app` or the worker; nothing else in the product is global."""

    settings: Settings
    db: Database
    bus: Bus
    hub: Hub
    streams: Streams
    logs: StreamLogs = field(default_factory=StreamLogs)
    models: Lines = field(default_factory=Lines)
    together: dict[str, Together[Any]] = field(default_factory=dict[str, Together[Any]])
    """What is written for many tasks at once, by the name its owner gave it."""
    turnstiles: WeakValueDictionary[UUID, asyncio.Lock] = field(default_factory=WeakValueDictionary[UUID, asyncio.Lock])
    """Where the tasks of one account queue up before they ask the database for its lock; forgotten when nobody waits."""
    files: FileStore = field(init=False)
    secrets: KnownSecrets = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", open_files(self.settings))
        object.__setattr__(self, "secrets", KnownSecrets(self.settings))
