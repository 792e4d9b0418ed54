"""Where the request that is being answered comes from; set by the outermost layer, read where acts are recorded."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """`ip` as the server saw it, None when it is not an address. Empty outside a request."""

    request_id: str = ""
    ip: str | None = None
    user_agent: str = ""


_NOWHERE = Origin()
ORIGIN: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)
