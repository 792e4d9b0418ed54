"""Which of the platform's categories a script most likely belongs to; a person decides. Pure."""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.scripts.language import Language

_SHELVES: Final = (
    ("printing", re.compile(r"\b(?:\w+-print\w*|spooler|lpstat|lpadmin|cupsd?)\b", re.IGNORECASE)),
    ("microsoft-365", re.compile(r"\b\w+-(?:mg|mailbox|msol|exo|team|azuread|entra|unifiedgroup)\w*|connect-exchange", re.IGNORECASE)),
    ("directory", re.compile(r"\b\w+-(?:ad|localuser|localgroup)\w*|\bnet\s+(?:user|localgroup|group)\b", re.IGNORECASE)),
    ("security", re.compile(r"\b\w+-(?:mp|bitlocker|netfirewall|acl)\w*|\bmanage-bde\b", re.IGNORECASE)),
    ("network", re.compile(r"\b(?:\w+-(?:net|dns|dhcp)\w*|ipconfig|netsh|nslookup|ping|test-connection|resolve-dnsname)\b", re.IGNORECASE)),
)  # fmt: skip


def shelf_of(language: Language, script: str) -> str:
    """The slug of a category of the platform."""
    found = next((slug for slug, sign in _SHELVES if sign.search(script)), None)
    if found is not None:
        return found
    return {"powershell": "windows", "bash": "linux-macos", "python": "general"}[language]
