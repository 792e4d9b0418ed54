"""The last gate before a text leaves: another client's name or domain in it is suspicious. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from resolutionflow.psa.providers.contract import Company

SHORTEST_NAME = 4
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Leak:
    """Another client's name or domain found in a text, with the words as they stand there."""

    kind: Literal["company", "domain"]
    found: str
    company: str


def scan(text: str, own_company_id: str | None, companies: Iterable[Company]) -> tuple[Leak, ...]:
    """Names and domains of other clients as whole words, case and spacing ignored.

    Names shorter than four characters and names that are part of the own client's name say nothing and are passed over.
    """
    companies = tuple(companies)
    own = next((company for company in companies if company.id == own_company_id), None)
    own_name = _plain(own.name) if own else ""
    haystack = _plain(text)
    leaks: list[Leak] = []
    for company in companies:
        if company.id == own_company_id:
            continue
        name = _plain(company.name)
        if len(name) >= SHORTEST_NAME and name not in own_name and _holds(haystack, name):
            leaks.append(Leak("company", company.name, company.name))
        domain = (company.domain or "").casefold()
        if "." in domain and (own is None or domain != own.domain) and _holds(haystack, domain):
            leaks.append(Leak("domain", domain, company.name))
    return tuple(leaks)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.casefold()).strip()


def _holds(haystack: str, needle: str) -> bool:
    start = haystack.find(needle)
    while start >= 0:
        end = start + len(needle)
        before = haystack[start - 1] if start else " "
        after = haystack[end] if end < len(haystack) else " "
        if not (before.isalnum() and needle[0].isalnum()) and not (after.isalnum() and needle[-1].isalnum()):
            return True
        start = haystack.find(needle, start + 1)
    return False
