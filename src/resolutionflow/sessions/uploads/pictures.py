"""Re-encodes an uploaded picture in a child process, so that no picture can hold up or exhaust the server."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import structlog

from resolutionflow.errors import AppError
from resolutionflow.sessions.uploads.errors import ImageTooLarge, ImageUnreadable, UnsupportedType

CONTENT_TYPE: Final = "image/jpeg"
SECONDS: Final = 20.0
AT_ONCE: Final = 2
_CHILD: Final = Path(__file__).with_name("decode_child.py")
_REFUSALS: Final[dict[str, type[AppError]]] = {
    "image_too_large": ImageTooLarge,
    "image_unreadable": ImageUnreadable,
    "unsupported_type": UnsupportedType,
}
_desks = asyncio.Semaphore(AT_ONCE)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG without metadata, upright, at most 1568 pixels long."""

    data: bytes
    width: int
    height: int


async def re_encode(data: bytes) -> Picture:
    """The picture in `data`, whatever its name said. Raises `UnsupportedType`, `ImageUnreadable`, `ImageTooLarge`."""
    async with _desks:
        answer = await _ask_child(data)
    head, _, body = answer.partition(b"\n")
    try:
        said = orjson.loads(head)
    except orjson.JSONDecodeError:
        # The child was ended by its own limits in the middle of the work.
        raise ImageUnreadable from None
    if "refused" in said:
        raise _REFUSALS[said["refused"]]
    return Picture(body, said["width"], said["height"])


async def _ask_child(data: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer, _ = await child.communicate(data)
    except TimeoutError:
        log.warning("picture_took_too_long", size=len(data))
        return b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return answer
