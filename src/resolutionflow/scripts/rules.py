"""Which values of a script belong to the case and not to the cure, told by what the session knows (scripts.md 8). Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from resolutionflow.pilot.grounding import ThingKind, things
from resolutionflow.scripts.extraction import MOST, Named

SHORTEST: Final = 3
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ACCOUNT: Final = re.compile(r"[A-Za-z][\w-]{0,30}\\[\w.$-]{1,64}")
_HOST: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]*\d[A-Za-z0-9-]*|[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*){2,}"
)
# Addresses everybody uses: they belong to the cure.
_PUBLIC: Final = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})


@dataclass(frozen=True, slots=True)
class Known:
    """What a session knows of its case. `facts` are proven or confirmed by a person."""

    user: str = ""
    email: str = ""
    company: str = ""
    hosts: tuple[tuple[str, str], ...] = ()
    """Names and addresses of the configurations on the ticket."""
    facts: tuple[str, ...] = ()


def named_by_rules(known: Known, body: str) -> list[Named]:
    """The values of the case that stand in the script, the surest first."""
    found: dict[str, Named] = {}
    for one in _of_case(known):
        if len(one.value) >= SHORTEST and one.value in body and not _is_public(one.value):
            found.setdefault(one.value, one)
    return list(found.values())[:MOST]


def _of_case(known: Known) -> Iterator[Named]:
    yield _text("user_email", "User e-mail", known.email, "the ticket's contact")
    if known.email:
        yield _text("user_name", "User name", known.email.partition("@")[0], "the ticket's contact")
    yield _text("user_full_name", "User", known.user, "the ticket's contact")
    yield _text("company", "Company", known.company, "the ticket's company")
    for name, address in known.hosts:
        yield _text("host_name", "Host name", name, "a configuration on the ticket")
        yield _text("ip_address", "IP address", address, "a configuration on the ticket")
    for fact in known.facts:
        for thing in things(fact):
            if thing.kind is ThingKind.CODE and (key := _key(thing.text)):
                yield _text(key, key.replace("_", " ").capitalize().replace("Ip", "IP"), thing.text, "a confirmed fact")


def _text(key: str, label: str, value: str, origin: str) -> Named:
    return Named(key, label, "text", value.strip(), None, origin)


def _key(text: str) -> str:
    """What a particular thing is, when it is one that differs from case to case."""
    if _MAIL.fullmatch(text):
        return "user_email"
    if _ACCOUNT.fullmatch(text):
        return "account_name"
    if _is_address(text):
        return "ip_address"
    return "host_name" if _HOST.fullmatch(text) else ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_public(text: str) -> bool:
    if not _is_address(text):
        return False
    address = ipaddress.ip_address(text)
    return text in _PUBLIC or address.is_loopback or address.is_unspecified or address.is_multicast
