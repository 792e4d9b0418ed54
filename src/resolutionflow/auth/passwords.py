"""Password hashing: argon2id, at most four at a time, off the event loop."""

from __future__ import annotations

from functools import lru_cache

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
MAX_AT_A_TIME = 4


@lru_cache(maxsize=1)
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(MAX_AT_A_TIME)


@lru_cache(maxsize=1)
def _dummy() -> str:
    # Unknown addresses are checked against this, so that they cost the same time as known ones.
    return _HASHER.hash("no such person")


def hash_now(password: str) -> str:
    """Hash in the calling thread; for the command line and seeds."""
    return _HASHER.hash(password)


async def hash_password(password: str) -> str:
    return await anyio.to_thread.run_sync(_HASHER.hash, password, limiter=_limiter())


def _verify(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _dummy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` matches; takes the same time when there is no stored hash."""
    return await anyio.to_thread.run_sync(_verify, stored, password, limiter=_limiter())


def needs_rehash(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)
