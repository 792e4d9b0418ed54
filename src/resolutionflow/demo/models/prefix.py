"""What a provider's cache would have read and written, from the real bytes of each request."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

BYTES_A_TOKEN: Final = 4
LOOK_BACK: Final = 20
LIFETIME: Final = 300.0
STEP: Final = 128


def tokens(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a request in the order in which it is read. `ends` = a breakpoint stands at its end."""

    raw: bytes
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    fresh: int
    read: int
    written: int

    @property
    def total(self) -> int:
        return self.fresh + self.read + self.written


@dataclass
class PrefixCache:
    """`smallest` = fewer tokens than this are never cached."""

    smallest: int = 1024
    _kept: dict[bytes, float] = field(default_factory=dict[bytes, float])
    _seen: list[bytes] = field(default_factory=list[bytes])

    def by_breakpoints(self, owner: str, blocks: Sequence[Block]) -> Counts:
        """Read the longest kept prefix that ends at, or at most 20 blocks before, a breakpoint; keep those at breakpoints."""
        now = time.monotonic()
        digest = hashlib.sha256(owner.encode())
        size = 0
        sizes: list[int] = []
        names: list[bytes] = []
        for block in blocks:
            digest.update(len(block.raw).to_bytes(8, "big"))
            digest.update(block.raw)
            size += len(block.raw)
            sizes.append(tokens(size))
            names.append(digest.digest())
        total = sizes[-1] if sizes else 0
        ends = [place for place, block in enumerate(blocks) if block.ends and sizes[place] >= self.smallest]
        read = self._longest(ends, names, sizes, now)
        for place in ends:
            self._kept[names[place]] = now
        kept = max((sizes[place] for place in ends), default=0)
        written = max(0, kept - read)
        return Counts(total - read - written, read, written)

    def _longest(self, ends: Sequence[int], names: Sequence[bytes], sizes: Sequence[int], now: float) -> int:
        for end in reversed(ends):
            for place in range(end, max(-1, end - LOOK_BACK), -1):
                kept = self._kept.get(names[place])
                if kept is not None and now - kept < LIFETIME:
                    self._kept[names[place]] = now
                    return sizes[place]
        return 0

    def by_itself(self, raw: bytes) -> Counts:
        """Read what an earlier request began with in the same bytes, in steps of 128 tokens."""
        total = tokens(len(raw))
        longest = max((_common(raw, before) for before in self._seen), default=0)
        read = longest // BYTES_A_TOKEN // STEP * STEP
        self._seen = [*self._seen[-63:], raw]
        return Counts(total - read, read, 0) if read >= self.smallest else Counts(total, 0, 0)


def _common(one: bytes, other: bytes) -> int:
    """Length of the common beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
