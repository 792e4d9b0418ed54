"""What the server says: queued replies first, then the first rule that fits, then its own default."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from resolutionflow.demo.models.prefix import PrefixCache

KEY: Final = "sim-model-key-0001"
DEFAULT_TEXT: Final = (
    "The description leaves open how far this reaches.\n\n"
    '[QUESTIONS][{"text": "Does it happen to one person or to several?", "options": ["One person", "Several"]}][/QUESTIONS]'
)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(_Value):
    """One answer. Counts of pieces start at the first piece of text; times in seconds.

    `status` other than 200 answers with that error. `stall_after`, `drop_after` and `half_after` stop after so many pieces: without a
    word, by cutting the connection, or by cutting it in the middle of an event. `error_after` sends the protocol's error event.
    """

    text: str = DEFAULT_TEXT
    piece: int = 12
    wait: float = 0.0
    every: float = 0.0
    status: int = 200
    message: str = ""
    retry_after: float | None = None
    stall_after: int | None = None
    drop_after: int | None = None
    half_after: int | None = None
    error_after: int | None = None
    refuse: bool = False
    cut_short: bool = False
    thinking: int = 0
    docs_tool: str | None = None
    mcp_down: bool = False
    without_usage: bool = False

    @property
    def pieces(self) -> list[str]:
        return [self.text[at : at + self.piece] for at in range(0, len(self.text), self.piece)]


class Rule(_Value):
    """`reply` for every request whose text contains `contains` (and names `model`, when given), at most `times` times."""

    reply: Reply
    contains: str = ""
    model: str = ""
    times: int | None = None


class Change(_Value):
    """What the control interface takes: `rules` are put behind the present ones."""

    queue: tuple[Reply, ...] = ()
    rules: tuple[Rule, ...] = ()
    default: Reply | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it came: which protocol, its path, headers in lower case, body bytes and what they decode to."""

    number: int
    protocol: str
    path: str
    headers: dict[str, str]
    raw: bytes
    body: Any

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "replace")


@dataclass
class Script:
    """The state of a server; safe to use from several threads."""

    key: str = KEY
    default: Reply = field(default_factory=Reply)
    rules: list[Rule] = field(default_factory=list[Rule])
    requests: list[Recorded] = field(default_factory=list[Recorded])
    cache: PrefixCache = field(default_factory=PrefixCache)
    finished: int = 0
    _queue: deque[Reply] = field(default_factory=deque[Reply])
    _used: dict[int, int] = field(default_factory=dict[int, int])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def queue(self, *replies: Reply) -> None:
        """Say these next, each once."""
        with self._lock:
            self._queue.extend(replies)

    def reset(self) -> None:
        """As new."""
        with self._lock:
            self._queue.clear()
            self._used.clear()
            self.rules.clear()
            self.requests.clear()
            self.default = Reply()
            self.cache = PrefixCache(self.cache.smallest)
            self.finished = 0

    def record(self, protocol: str, path: str, headers: dict[str, str], raw: bytes, body: Any) -> Recorded:
        recorded = Recorded(next(self._numbers), protocol, path, headers, raw, body)
        with self._lock:
            self.requests.append(recorded)
        return recorded

    def choose(self, request: Recorded, model: str) -> Reply:
        """The reply to a request."""
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            for place, rule in enumerate(self.rules):
                used = self._used.get(place, 0)
                fits = rule.contains in request.text and (not rule.model or rule.model == model)
                if fits and (rule.times is None or used < rule.times):
                    self._used[place] = used + 1
                    return rule.reply
            return self.default
