"""Trouble on demand: which requests go wrong, how often and how."""

from __future__ import annotations

import fnmatch
import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, cast

from resolutionflow.demo.simkit.errors import ControlError
from resolutionflow.demo.simkit.records import Record


class FaultKind(StrEnum):
    """What can go wrong. Those of `LET_THROUGH` let the request be answered; the last three are one vendor's each."""

    LATENCY = "latency"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    TOO_MANY = "429"
    ERROR = "500"
    BAD_GATEWAY_HTML = "502_html"
    UNAVAILABLE = "503"
    TIMEOUT = "timeout"
    REPLY_LOST = "reply_lost"
    COMMIT_LATE = "commit_late"
    TRUNCATED_JSON = "truncated_json"
    WRONG_SHAPE = "wrong_shape"
    STATUS_IGNORED = "status_ignored"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - the name of a fault
    MOVE_CODEBASE = "move_codebase"
    MOVE_ZONE = "move_zone"


LET_THROUGH: Final = frozenset(
    {
        FaultKind.LATENCY,
        FaultKind.STATUS_IGNORED,
        FaultKind.EXPIRE_TOKEN,
        FaultKind.MOVE_CODEBASE,
        FaultKind.MOVE_ZONE,
    }
)
#: What every vendor can have.
COMMON: Final = frozenset(FaultKind) - {FaultKind.EXPIRE_TOKEN, FaultKind.MOVE_CODEBASE, FaultKind.MOVE_ZONE}


class FaultError(ControlError):
    """A fault that cannot be understood."""


@dataclass
class Fault:
    """One kind of trouble for the requests it matches.

    `method` empty = any. `path` is a pattern with `*` over the resource's path, empty = any. The fault begins
    with the `nth` matching request and lasts for `times` of them; 0 = for ever. With a `share` below 1 it hits that part
    of them, drawn anew for each; the same `seed` draws the same.
    """

    kind: FaultKind
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int = 1
    args: Record = field(default_factory=dict[str, Any])
    seen: int = 0
    share: float = 1.0
    seed: int = 1
    _draw: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - spreads faults, protects nothing

    def fits(self, method: str, path: str) -> bool:
        """Whether the request matches; counts it and says whether the fault hits it."""
        if (self.method and self.method != method) or (self.path and not fnmatch.fnmatchcase(path, self.path)):
            return False
        self.seen += 1
        if self.share < 1 and self._draw.random() >= self.share:
            return False
        return self.seen >= self.nth and not self.spent_before()

    def spent_before(self) -> bool:
        """Whether all of its requests were hit before the latest one."""
        return self.times > 0 and self.seen >= self.nth + self.times

    def shown(self) -> Record:
        match: Record = {"method": self.method or None, "path": self.path or None, "nth": self.nth}
        shown: Record = {"kind": self.kind.value, "match": match, "times": self.times, "args": self.args}
        return {**shown, "share": self.share, "seen": self.seen}

    def seconds(self, default: float) -> float:
        return float(self.args.get("seconds", default))


class Faults:
    """The faults in force, in the order they were set. The first that hits a request decides."""

    def __init__(self, kinds: frozenset[FaultKind], items: object = None) -> None:
        self._kinds = kinds
        self.items: list[Fault] = []
        if items is not None:
            self.replace(items)

    def add(self, data: object) -> None:
        """One fault or a list of them. Raises `FaultError`, and then adds none."""
        entries = cast("list[object]", data) if isinstance(data, list) else [data]
        self.items += [_fault(entry, self._kinds) for entry in entries]

    def replace(self, data: object) -> None:
        entries = cast("list[object]", data) if isinstance(data, list) else [data]
        self.items = [_fault(entry, self._kinds) for entry in entries]

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault for this request; every matching fault counts it."""
        hits = [fault for fault in self.items if fault.fits(method, path)]
        return hits[0] if hits else None


_NUMBERS = {"seconds": (0, 600), "retry_after": (0, 86_400), "ms": (0, 600_000)}
_TEXTS = ("permission", "codebase", "zone")
_FLAGS = ("commit",)


def _fault(entry: object, kinds: frozenset[FaultKind]) -> Fault:
    if not isinstance(entry, dict):
        raise FaultError("A fault is an object with kind, match, times, share, seed and args.")
    data = cast("dict[str, Any]", entry)
    unknown = sorted(set(data) - {"kind", "match", "times", "share", "seed", "args"})
    if unknown:
        raise FaultError(f"Unknown key {unknown[0]!r} in a fault.")
    try:
        kind = FaultKind(str(data.get("kind")))
    except ValueError as problem:
        raise _unknown_kind(data, kinds) from problem
    if kind not in kinds:
        raise _unknown_kind(data, kinds)
    match, args = _mapping(data, "match"), _mapping(data, "args")
    unknown = sorted(set(match) - {"method", "path", "nth"}) + sorted(set(args) - {*_NUMBERS, *_TEXTS, *_FLAGS})
    if unknown:
        raise FaultError(f"Unknown key {unknown[0]!r} in a fault's match or args.")
    return Fault(
        kind=kind,
        method=str(match.get("method") or "").upper(),
        path=str(match.get("path") or ""),
        nth=_whole(match.get("nth"), "nth", 1),
        times=_whole(data.get("times"), "times", 0),
        args=_checked(args),
        share=_share(data.get("share")),
        seed=_whole(data.get("seed"), "seed", 0),
    )


def _unknown_kind(data: dict[str, Any], kinds: frozenset[FaultKind]) -> FaultError:
    return FaultError(
        f"Unknown kind {data.get('kind')!r}; known: {', '.join(kind for kind in FaultKind if kind in kinds)}."
    )


def _mapping(data: dict[str, Any], key: str) -> dict[str, Any]:
    value: object = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FaultError(f"{key} must be an object.")
    return cast("dict[str, Any]", value)


def _whole(value: Any, name: str, least: int) -> int:
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise FaultError(f"{name} must be a whole number of at least {least}.")
    return value


def _share(value: Any) -> float:
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise FaultError("share must be a number from 0 to 1.")
    return float(value)


def _checked(args: dict[str, Any]) -> Record:
    for key, (low, high) in _NUMBERS.items():
        value = args.get(key, low)
        if value is None and key == "retry_after":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise FaultError(f"{key} must be a number from {low} to {high}.")
    for key in _TEXTS:
        if not isinstance(args.get(key, ""), str):
            raise FaultError(f"{key} must be a text.")
    for key in _FLAGS:
        if not isinstance(args.get(key, False), bool):
            raise FaultError(f"{key} must be true or false.")
    return args
