"""Which scope of the API application a call needs, in the vendor's own words."""

from __future__ import annotations

import re

_SCOPES: tuple[tuple[str, str], ...] = (
    (r"^/(client|users|site)\b", "customers"),
    (r"^/asset\b", "assets"),
    (r"^/webhook\b", "admin"),
)
_PERMISSION_WORDS = re.compile(
    r"you do not have (access|(the )?(required |necessary )?permission|the rights)|insufficient (permission|scope|rights)"
    r"|not (authori[sz]ed|permitted) to|access (is )?denied",
    re.IGNORECASE,
)


def needed_right(method: str, path: str) -> str:
    """For example `edit:tickets`. The agent the application signs in as needs the same on its side."""
    area = next((area for pattern, area in _SCOPES if re.search(pattern, path, re.IGNORECASE)), "tickets")
    if area == "admin":
        return area
    return f"{'read' if method == 'GET' else 'edit'}:{area}"


def speaks_of_permission(words: str) -> bool:
    """Whether a refusal under another code is really about a missing right."""
    return bool(_PERMISSION_WORDS.search(words))
