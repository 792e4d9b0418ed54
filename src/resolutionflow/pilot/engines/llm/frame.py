"""Marking text as data, so that it cannot pass for an instruction or close its own frame."""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.pilot.markers import defuse

_TAG: Final = re.compile(r"<(?=\s*/?\s*untrusted)", re.IGNORECASE)


def untrusted(kind: str, text: str) -> str:
    """`text` between tags it cannot forge; marker look-alikes in it are defused."""
    return f'<untrusted kind="{kind}">\n{plain(text)}\n</untrusted>'


def plain(text: str) -> str:
    """`text` without marker look-alikes and frame tags."""
    return _TAG.sub("\u2039", defuse(text))
