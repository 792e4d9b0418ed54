"""The last gate before a text leaves: another client's name, domain, host or address in it is suspicious. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from resolutionflow.psa.providers.assets import Asset
from resolutionflow.psa.providers.contract import Company
from resolutionflow.psa.writeback.assets import traces

SHORTEST_NAME = 4
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Leak:
    """Something of another client found in a text, with the words as they stand there."""

    kind: Literal["company", "domain", "host", "address"]
    found: str
    company: str

    @property
    def words(self) -> str:
        """As a person reads it: a host or an address with whose it is."""
        return f"{self.found} ({self.company})" if self.kind in ("host", "address") else self.found


def scan(
    text: str, own_company_id: str | None, companies: Iterable[Company], assets: Iterable[Asset] = ()
) -> tuple[Leak, ...]:
    """Names and domains of other clients as whole words, case and spacing ignored; their hosts and addresses (see `assets`).

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
    names = {company.id: company.name for company in companies}
    for trace in traces(text, own_company_id, assets):
        kind = "address" if trace.address else "host"
        leaks.append(Leak(kind, trace.found, names.get(trace.company_id, "another client")))
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
