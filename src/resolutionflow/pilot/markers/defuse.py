"""Marker look-alikes in text that no engine wrote (tickets, logs, pasted output, messages) are made harmless.

`[QUESTIONS]` becomes `(QUESTIONS)`: as readable, of the same length, so that evidence spans found in the defused text
are right in the original too. Spelling variants that a model could take for a marker, or repeat as one, are treated
alike.
"""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.pilot.markers.types import MarkerName

_OPENING: Final = "[\uff3b\u3010\u27e6"
_CLOSING: Final = "]\uff3d\u3011\u27e7"
_INVISIBLE: Final = "\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_GAP: Final = rf"[\s{_INVISIBLE}]{{0,8}}"


def _spelled(name: str) -> str:
    """The name with invisible characters anywhere and any joint between its words."""
    letters = [r"(?:\\?[_\- ]|\s)" if letter == "_" else letter for letter in name]
    return f"[{_INVISIBLE}]{{0,4}}".join(letters)


_LOOK_ALIKE: Final = re.compile(
    rf"[{re.escape(_OPENING)}]"
    rf"({_GAP}[/\\]?{_GAP}(?:{'|'.join(_spelled(name) for name in MarkerName)}){_GAP})"
    rf"[{re.escape(_CLOSING)}]",
    re.IGNORECASE,
)


def defuse(text: str) -> str:
    """The text with every marker look-alike in round brackets. Same length; doing it twice changes nothing more."""
    return _LOOK_ALIKE.sub(r"(\1)", text)
