"""Reads the one file of a multipart request, after the caller is known and never more than it may hold."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from resolutionflow.errors import InvalidRequest
from resolutionflow.sessions.uploads.errors import FileTooLarge

MOST_BYTES: Final = 10 * 1024 * 1024
# What a form adds around its file.
FRAME_BYTES: Final = 64 * 1024
NOT_A_FORM: Final = "Send the picture as multipart/form-data in the field `file`. Nothing was stored."

REQUEST_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary", "description": "The picture."}},
                    "required": ["file"],
                }
            }
        },
    }
}


async def read_file(request: Request) -> bytes:
    """The bytes of the form field `file`. Raises `FileTooLarge` over 10 MiB and `InvalidRequest` for anything that is no such form."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise InvalidRequest(NOT_A_FORM)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and int(declared) > MOST_BYTES + FRAME_BYTES:
        raise FileTooLarge
    parser = MultiPartParser(request.headers, _limited(request), max_files=1, max_fields=4)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise InvalidRequest(NOT_A_FORM) from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise InvalidRequest(NOT_A_FORM)
        data = await file.read()
    finally:
        await form.close()
    if len(data) > MOST_BYTES:
        raise FileTooLarge
    return data


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > MOST_BYTES + FRAME_BYTES:
            raise FileTooLarge
        yield chunk
