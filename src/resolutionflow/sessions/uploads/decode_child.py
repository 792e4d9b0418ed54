"""Decodes one picture in a process of its own: bytes in on standard input, a line of JSON and a JPEG out.

Run by path, with nothing but the standard library and Pillow, so that it starts fast. Memory and time are bounded by the system: a
picture that is made to exhaust them ends this process and nothing else.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Final

from PIL import Image, ImageMath, ImageOps, UnidentifiedImageError

MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1568
QUALITY: Final = 90
MEMORY_BYTES: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 15
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


def main() -> None:
    _limit()
    data = sys.stdin.buffer.read()
    try:
        picture, size = decode(data)
    except _Refused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}) + "\n")
        return
    sys.stdout.write(json.dumps({"width": size[0], "height": size[1]}) + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(picture)


class _Refused(Exception):
    """Its text is the code of the refusal."""


def decode(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG and its size. Raises `_Refused`."""
    # Sizes are judged by `_checked`, before any pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            return _encoded(_checked(opened))
    except UnidentifiedImageError:
        raise _Refused("image_unreadable" if _looks_like_picture(data) else "unsupported_type") from None
    except MemoryError:
        raise _Refused("image_too_large") from None
    except _Refused:
        raise
    except Exception:  # noqa: BLE001 - a decoder may raise anything over broken data; all of it means the same
        raise _Refused("image_unreadable") from None


def _checked(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _Refused("image_too_large")
    # A JPEG decodes straight to about the size wanted; other formats take no notice.
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    return picture


def _encoded(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    upright = ImageOps.exif_transpose(picture)
    plain = _on_white(upright)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    # A fresh picture: nothing of the original's metadata can come along.
    fresh = Image.new("RGB", plain.size)
    fresh.paste(plain)
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), fresh.size


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):
        # Sixteen bits a pixel: the upper half says what a screen can show.
        deep = picture.convert("F")
        return ImageMath.lambda_eval(lambda given: given["deep"] / 256, deep=deep).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    layered.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    page = Image.new("RGB", layered.size, "white")
    page.paste(layered, mask=layered.getchannel("A"))
    return page


def _looks_like_picture(data: bytes) -> bool:
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    )


def _limit() -> None:
    try:
        import resource
    except ImportError:
        # Not on this system; the parent's time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
