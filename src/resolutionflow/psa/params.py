"""Query and path parameters shared by the PSA routers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import AfterValidator


def _clean(value: str) -> str:
    if any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in value):
        message = "must not contain NUL characters or broken Unicode"
        raise ValueError(message)
    return value.strip()


CleanStr = Annotated[str, AfterValidator(_clean)]
SearchText = Annotated[CleanStr, Query(max_length=200, description="Words to look for.", examples=["VPN"])]
IdQuery = Annotated[CleanStr | None, Query(min_length=1, max_length=64)]
IdListQuery = Annotated[
    list[CleanStr],
    Query(
        default_factory=list,
        max_length=50,
        description="Repeat the parameter for several ids.",
    ),
]
TicketIdPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Ticket id in the PSA.",
        examples=["48291"],
    ),
]
MemberIdPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Member id in the PSA.",
        examples=["151"],
    ),
]
BoardIdPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="Board id in the PSA.",
        examples=["1"],
    ),
]
RefreshQuery = Annotated[bool, Query(description="Ask the PSA again instead of using a stored answer.")]
LimitQuery = Annotated[int, Query(ge=1, le=100)]
CursorQuery = Annotated[CleanStr | None, Query(max_length=1024)]
IdempotencyKey = Annotated[
    CleanStr | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A repeated key returns the same write.",
    ),
]
