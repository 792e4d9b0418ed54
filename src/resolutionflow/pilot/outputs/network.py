"""Outputs about addresses, names and reachability."""

from __future__ import annotations

import re
from itertools import pairwise

from resolutionflow.pilot.outputs.base import (
    Field,
    Line,
    key_values,
    lines_of,
    number_in,
    value_of,
)

_IPV4 = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
_LOSS = re.compile(r"(\d{1,3})% (?:packet )?loss")
_REPLY = re.compile(r"^(?:Reply from|\d+ bytes from) .*(?:bytes=|icmp_seq|time[=<])", re.IGNORECASE)
_PING_HEAD = re.compile(r"^(?:Pinging|PING) (\S+)", re.IGNORECASE)
_DNS_REFUSALS = (
    (
        "nxdomain",
        re.compile(
            r"Non-existent domain|NXDOMAIN|DNS name does not exist|can't find .*: (?:No answer|NXDOMAIN)",
            re.IGNORECASE,
        ),
    ),
    (
        "timeout",
        re.compile(
            r"request timed out|timed-out|This operation returned because the timeout period expired",
            re.IGNORECASE,
        ),
    ),
    ("servfail", re.compile(r"Server failed|SERVFAIL|DNS server failure", re.IGNORECASE)),
    ("refused", re.compile(r"Query refused|REFUSED", re.IGNORECASE)),
    (
        "no_server",
        re.compile(
            r"No response from server|Default Server:\s+UnKnown\s*$|no servers could be reached",
            re.IGNORECASE,
        ),
    ),
)


def ipconfig(text: str) -> tuple[Field, ...]:
    """`ipconfig /all`: ipv4, apipa, gateway, dns, dhcp_enabled, dhcp_server, media, suffix of each adapter."""
    names = {
        "ipv4address": "ipv4",
        "ipaddress": "ipv4",
        "autoconfigurationipv4address": "ipv4",
        "defaultgateway": "gateway",
        "dnsservers": "dns",
        "dhcpenabled": "dhcp_enabled",
        "dhcpserver": "dhcp_server",
        "mediastate": "media",
        "connectionspecificdnssuffix": "suffix",
        "connectionspecificdnssuffixsearchlist": "suffix",
        "primarydnssuffix": "primary_suffix",
    }
    raw = key_values(text)
    if not any(field.name in {"ipv4address", "autoconfigurationipv4address", "mediastate"} for field in raw):
        return ()
    found: list[Field] = []
    for field in raw:
        name = names.get(field.name)
        value = str(field.value).replace("(Preferred)", "").strip()
        if name is None or not value:
            continue
        found.append(Field(name, value, field.start, field.end))
        if name == "ipv4" and value.startswith("169.254."):
            found.append(Field("apipa", True, field.start, field.end))
    if any(f.name == "ipv4" for f in found) and not any(f.name == "apipa" for f in found):
        first = next(f for f in found if f.name == "ipv4")
        found.append(Field("apipa", False, first.start, first.end))
    return tuple(found)


def dns_lookup(text: str) -> tuple[Field, ...]:
    """`nslookup` and `Resolve-DnsName`: status (ok, nxdomain, timeout, servfail, refused, no_server), server, address."""
    lines = tuple(lines_of(text))
    for status, pattern in _DNS_REFUSALS:
        refused = next((line for line in lines if pattern.search(line.text)), None)
        if refused is not None:
            return (refused.field("status", status), *_dns_server(lines))
    answers = _nslookup_answers(lines) or _resolve_answers(lines)
    if not answers:
        return ()
    return (
        *(line.field("address", address) for line, address in answers),
        answers[0][0].field("status", "ok"),
        *_dns_server(lines),
    )


def _dns_server(lines: tuple[Line, ...]) -> tuple[Field, ...]:
    for line, after in pairwise(lines):
        if line.text.startswith(("Server:", "Default Server:")):
            address = _IPV4.search(after.text) if after.text.startswith("Address") else None
            return (after.field("server", address[0]),) if address else ()
    return ()


def _nslookup_answers(lines: tuple[Line, ...]) -> list[tuple[Line, str]]:
    named = next((i for i, line in enumerate(lines) if line.text.startswith("Name:")), None)
    if named is None:
        return []
    return [(line, match[0]) for line in lines[named + 1 :] if (match := _IPV4.search(line.text)) is not None]


def _resolve_answers(lines: tuple[Line, ...]) -> list[tuple[Line, str]]:
    row = re.compile(r"^\S+\s+A(?:AAA)?\s+\d+\s+(?:Answer|Question)?\s*(\S+)$")
    found = [(line, match[1]) for line in lines if (match := row.match(line.text)) is not None]
    listed = [
        (line, match[1]) for line in lines if (match := re.match(r"^IP4?Address\s*:\s*(\S+)$", line.text)) is not None
    ]
    return found or listed


def test_net_connection(text: str) -> tuple[Field, ...]:
    """`Test-NetConnection`: tcp, ping, resolved (truth values), remote_port, computer, remote_address."""
    names = {
        "tcptestsucceeded": "tcp",
        "pingsucceeded": "ping",
        "nameresolutionsucceeded": "resolved",
        "remoteport": "remote_port",
        "computername": "computer",
        "remoteaddress": "remote_address",
        "pingreplydetailsrtt": "rtt",
    }
    found = [
        Field(names[field.name], field.value, field.start, field.end)
        for field in key_values(text)
        if field.name in names and field.value != ""
    ]
    found.extend(
        line.field("resolved", value=False)
        for line in lines_of(text)
        if line.text.startswith("WARNING: Name resolution of") and "failed" in line.text
    )
    return tuple(found) if any(field.name in {"tcp", "ping", "resolved"} for field in found) else ()


def ping(text: str) -> tuple[Field, ...]:
    """`ping`: reachable (any reply), loss (percent), target, unresolved (the name was not found)."""
    lines = tuple(lines_of(text))
    found: list[Field] = []
    for line in lines:
        if "could not find host" in line.text or "Name or service not known" in line.text:
            found.append(line.field("unresolved", value=True))
            found.append(line.field("reachable", value=False))
        elif (match := _PING_HEAD.match(line.text)) is not None:
            found.append(line.field("target", match[1]))
        elif (loss := _LOSS.search(line.text)) is not None:
            found.append(line.field("loss", float(loss[1])))
    reply = next(
        (line for line in lines if _REPLY.match(line.text) and "unreachable" not in line.text),
        None,
    )
    silent = next(
        (
            line
            for line in lines
            if re.search(
                r"timed out|unreachable|General failure|100% (?:packet )?loss",
                line.text,
            )
        ),
        None,
    )
    if reply is not None:
        found.append(reply.field("reachable", value=True))
    elif silent is not None and not any(field.name == "reachable" for field in found):
        found.append(silent.field("reachable", value=False))
    return tuple(found) if any(field.name == "reachable" for field in found) else ()


def adapters(text: str) -> tuple[Field, ...]:
    """`Get-NetAdapter | Format-List Name, Status, LinkSpeed`: status, speed, up (any adapter is up)."""
    raw = key_values(text)
    status = [field for field in raw if field.name == "status"]
    if not status or not any(
        field.name in {"linkspeed", "mediaconnectionstate", "interfacedescription"} for field in raw
    ):
        return ()
    up = next((field for field in status if str(field.value).lower() == "up"), None)
    shown = up or status[0]
    return (*raw, Field("up", up is not None, shown.start, shown.end))


def wlan(text: str) -> tuple[Field, ...]:
    """`netsh wlan show interfaces`: state, ssid, signal (percent), band, radio_type."""
    found: list[Field] = []
    for field in key_values(text):
        if field.name == "signal":
            number = number_in(str(field.value))
            if number is not None:
                found.append(Field("signal", number, field.start, field.end))
        elif field.name in {"state", "ssid", "band", "radiotype", "authentication"}:
            found.append(Field(field.name, value_of(str(field.value)), field.start, field.end))
    return tuple(found) if any(field.name in {"signal", "state"} for field in found) else ()
