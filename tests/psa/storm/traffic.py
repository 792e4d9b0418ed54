"""What a simulator was asked, by its own log: how much at once, how fast, what went wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from resolutionflow.psa.providers.contract import ProviderName

#: Requests under way at once from one connection, of all kinds or of each kind (psa.md 2).
AT_ONCE: dict[ProviderName, int] = {"connectwise": 6, "halopsa": 4, "autotask": 2}
PER_KIND: frozenset[ProviderName] = frozenset({"autotask"})
#: Requests a second, and what the vendor was reported to refuse: so many in so many seconds.
PER_SECOND: dict[ProviderName, float] = {"halopsa": 2}
BURST = 60
PUBLISHED = ((500, 180), (700, 300))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Times in seconds of the simulator's stopwatch; `ended` when its answer left, or its caller gave up."""

    kind: str
    began: float
    ended: float
    status: int | None
    fault: str | None


@dataclass
class Traffic:
    """Requests of one simulator, taken from its log piece by piece."""

    vendor: ProviderName
    asked: list[Asked] = field(default_factory=list[Asked])
    last: int = 0

    def take(self, entries: Iterable[dict[str, Any]]) -> None:
        """Finished requests that follow those taken before. The log gives them in order, without a gap."""
        for entry in entries:
            assert entry["n"] == self.last + 1, "the log was cut before it was read"
            self.last = entry["n"]
            self.asked.append(
                Asked(self._kind(entry["path"]), entry["began"], entry["ended"], entry["status"], entry["fault"])
            )

    def _kind(self, path: str) -> str:
        return path.strip("/").split("/")[0].casefold() if self.vendor in PER_KIND and "/v1.0/" not in path else ""

    def most_at_once(self) -> int:
        """Of the kind that was asked most at once, where the vendor counts each kind."""
        by_kind: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        for one in self.asked:
            by_kind[one.kind] += [(one.began, 1), (one.ended, -1)]
        return max((_peak(moments) for moments in by_kind.values()), default=0)

    def most_within(self, seconds: float) -> int:
        """The most requests that began within any stretch of `seconds`."""
        began = sorted(one.began for one in self.asked)
        first = most = 0
        for position, moment in enumerate(began):
            while moment - began[first] > seconds:
                first += 1
            most = max(most, position - first + 1)
        return most

    def most_ahead(self, per_second: float) -> float:
        """How many requests any stretch held beyond an even pace."""
        began = sorted(one.began for one in self.asked)
        lowest, most = 0.0, 0.0
        for position, moment in enumerate(began):
            level = position - per_second * (moment - began[0])
            lowest = min(lowest, level)
            most = max(most, level - lowest + 1)
        return most

    def refused_by_limits(self) -> int:
        """Refusals the vendor made of itself because it was asked too much."""
        return sum(1 for one in self.asked if one.status == 429 and one.fault is None)

    def faulty(self) -> Counter[str]:
        return Counter(one.fault for one in self.asked if one.fault is not None)

    def check(self, pace_scale: float) -> dict[str, Any]:
        """Hold the vendor's limits against the log; gives the figures. `pace_scale` is what a second of pace lasts."""
        most = self.most_at_once()
        assert most <= AT_ONCE[self.vendor], f"{most} at once"
        assert self.refused_by_limits() == 0
        figures: dict[str, Any] = {"requests": len(self.asked), "most at once": most}
        rate = PER_SECOND.get(self.vendor)
        if rate is not None:
            ahead = self.most_ahead(rate / pace_scale)
            assert ahead <= BURST + AT_ONCE[self.vendor], f"{ahead} ahead of the pace"
            figures["most ahead of the pace"] = round(ahead, 1)
            for count, seconds in PUBLISHED:
                within = self.most_within(seconds * pace_scale)
                assert within <= count, f"{within} in {seconds} seconds"
                figures[f"most in {seconds} s (allowed {count})"] = within
        return figures


def _peak(moments: Sequence[tuple[float, int]]) -> int:
    level = most = 0
    for _, step in sorted(moments):
        level += step
        most = max(most, level)
    return most
