"""Outputs about a device's own addresses, routes and names: ipconfig, ip addr, route print, ip route, nslookup, Resolve-DnsName."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolutionflow.pilot.outputs.fields import Field, Says, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import ADDRESS, Entry, Labels, of_match

_IPCONFIG = Labels(
    {
        "ipv4": "IPv4 Address|IP Address|Autoconfiguration IPv4 Address",
        "ipv6": "IPv6 Address",
        "gateway": "Default Gateway",
        "dns": "DNS Servers",
        "dhcp_enabled": "DHCP Enabled",
        "dhcp_server": "DHCP Server",
        "media": "Media State",
        "suffix": "Connection-specific DNS Suffix|Connection-specific DNS Suffix Search List",
        "primary_suffix": "Primary Dns Suffix",
        "host": "Host Name",
        "mask": "Subnet Mask",
        "mac": "Physical Address",
        "lease_expires": "Lease Expires",
        "_": "Node Type|IP Routing Enabled|WINS Proxy Enabled|DNS Suffix Search List|Description|Autoconfiguration Enabled"
        "|Link-local IPv6 Address|Temporary IPv6 Address|Lease Obtained|DHCPv6 IAID|DHCPv6 Client DUID|NetBIOS over Tcpip"
        "|Primary WINS Server|Secondary WINS Server|Tunnel adapter|Site-local IPv6 Address|System Quarantine State",
    }
)
_ADAPTER = re.compile(
    r"(?<!\S)(?:Ethernet|Wireless LAN|PPP|Tunnel|Unknown|Mobile Broadband|Bluetooth) adapter ([^:\n]{1,80}):(?= |\r?\n|$)"
)
_ADDRESSES = frozenset({"ipv4", "ipv6", "gateway", "dns", "dhcp_server", "mask"})


def _ipconfig(page: Page) -> Iterator[Field]:
    headings = list(_ADAPTER.finditer(page.text))
    entries = _IPCONFIG.read(page)
    if not any(entry.name in {"ipv4", "media", "gateway", "dns"} for entry in entries) or "." not in page.text:
        return
    for number, heading in enumerate(headings, 1):
        yield of_match(heading, "adapter", heading[1].strip(), 1, group=number)
    starts = [heading.start() for heading in headings]
    found = list(_with_groups(page, entries, starts))
    yield from found
    numbers = [field for field in found if field.name == "ipv4"]
    own = [field for field in numbers if str(field.value).startswith("169.254.")]
    for field in own or numbers[:1]:
        yield Field("apipa", bool(own), field.start, field.end, field.at, field.until, field.group)


def _with_groups(page: Page, entries: list[Entry], starts: list[int]) -> Iterator[Field]:
    group = 0
    for number, entry in enumerate(entries):
        while group < len(starts) and starts[group] < entry.start:
            group += 1
        if entry.name not in _ADDRESSES:
            text = entry.text
            at = next((start - entry.at for start in starts if entry.at < start < entry.until), len(text))
            shown = Entry(entry.name, text[:at].rstrip(), entry.start, entry.at)
            if shown.text:
                yield shown.field(shown.text, group=group)
            continue
        stop = entries[number + 1].start if number + 1 < len(entries) else len(page.text)
        for place, hit in enumerate(_addresses(page.text, entry, stop)):
            # The first address stands behind its label, each further one on a line of its own.
            start = entry.start if place == 0 or hit.end() <= entry.until else hit.start()
            yield Field(entry.name, hit[0], start, hit.end(), hit.start(), hit.end(), group)


def _addresses(text: str, entry: Entry, stop: int) -> Iterator[re.Match[str]]:
    """The addresses of a value and of the lines below it that hold nothing else."""
    at = entry.at
    while (hit := ADDRESS.search(text, at, min(stop, at + 200))) is not None:
        between = text[at : hit.start()]
        if between.strip() not in {"", "(Preferred)", "%", ","} and not re.fullmatch(r"%\d{1,3}", between.strip()):
            return
        if entry.name == "ipv4" and ":" in hit[0]:
            return
        yield hit
        at = hit.end()


_LINK = re.compile(
    r"(?<!\S)\d{1,4}: ([\w@.-]{1,40}): <[A-Z0-9,_-]{0,120}>[^\n]{0,200}? state (UP|DOWN|UNKNOWN|DORMANT|LOWERLAYERDOWN)"
)
_INET = re.compile(r"(?<!\S)inet (\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})")
_ETHER = re.compile(r"(?<!\S)link/ether ([0-9a-f]{2}(?::[0-9a-f]{2}){5})")


def _ip_addr(page: Page) -> Iterator[Field]:
    links = list(_LINK.finditer(page.text))
    for group, link in enumerate(links, 1):
        stop = links[group].start() if group < len(links) else len(page.text)
        yield of_match(link, "interface", link[1].partition("@")[0], 1, group=group)
        yield of_match(link, "state", link[2].lower(), 2, group=group)
        for hit in _INET.finditer(page.text, link.end(), stop):
            yield of_match(hit, "ipv4", hit[1], 1, group=group)
            yield of_match(hit, "prefix", float(hit[2]), 2, group=group)
        for hit in _ETHER.finditer(page.text, link.end(), stop):
            yield of_match(hit, "mac", hit[1], 1, group=group)


_WINDOWS_DEFAULT = re.compile(
    r"(?<!\S)0\.0\.0\.0 {1,40}0\.0\.0\.0 {1,40}(\d{1,3}(?:\.\d{1,3}){3}|On-link) {1,40}(\d{1,3}(?:\.\d{1,3}){3}) {1,40}(\d{1,6})(?!\S)"
)
_LINUX_DEFAULT = re.compile(
    r"(?<!\S)default via (\d{1,3}(?:\.\d{1,3}){3}) dev ([\w.-]{1,40})(?:(?: proto \w{1,20}| src [\d.]{7,15}){0,3} metric (\d{1,6}))?"
)
_ROUTES = re.compile(r"Active Routes:|IPv4 Route Table|(?<!\S)\d{1,3}(?:\.\d{1,3}){3}/\d{1,2} (?:via|dev) ")


def _routes(page: Page) -> Iterator[Field]:
    hits = sorted(
        (*_WINDOWS_DEFAULT.finditer(page.text), *_LINUX_DEFAULT.finditer(page.text)), key=lambda hit: hit.start()
    )
    for group, hit in enumerate(hits, 1):
        yield of_match(hit, "default_gateway", hit[1], 1, group=group)
        yield of_match(hit, "interface", hit[2], 2, group=group)
        if hit[3]:
            yield of_match(hit, "metric", float(hit[3]), 3, group=group)
    head = hits[0] if hits else _ROUTES.search(page.text)
    if head is not None:
        yield of_match(head, "has_default", bool(hits))


_REFUSED = (
    (
        "nxdomain",
        re.compile(
            r"Non-existent\s{1,3}domain|NXDOMAIN|DNS name does not\s{1,3}exist|can't find [^\s:]{1,120}: No answer"
        ),
    ),
    (
        "timeout",
        re.compile(
            r"DNS request timed out|Request to \S{1,80} timed-out|returned because the timeout period expired|;; connection timed out"
        ),
    ),
    ("servfail", re.compile(r": Server failed|SERVFAIL|DNS server failure")),
    ("refused", re.compile(r"Query refused|: REFUSED")),
    ("no_server", re.compile(r"No response from server|no servers could be reached")),
)
_SERVER = re.compile(
    r"(?<!\S)(?:Default )?Server: {1,40}(\S{1,120})\s{1,40}Address: {1,40}(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{3,39})(?:#\d{1,5})?(?!\S)"
)
_NAMED = re.compile(r"(?<!\S)Name: {1,40}(\S{1,200})\s{1,40}(?:Address(?:es)?: {1,40})")
_DNS_ROW = re.compile(
    r"(?<!\S)(\S{1,200}) {1,80}(A|AAAA) {1,20}\d{1,9} {1,20}(?:Answer|Question|Additional) {1,40}([\w.:]{3,45})(?!\S)"
)
_DNS_LIST = re.compile(r"(?<!\S)IP4?Address {0,20}: {1,20}(\d{1,3}(?:\.\d{1,3}){3})(?!\S)")
_ASKED_NAME = re.compile(
    r"can't find (\S{1,200}?):|(?<!\S)Resolve-DnsName : (\S{1,200}) :|NXDOMAIN looking up (\S{1,200})"
)


def _dns_lookup(page: Page) -> Iterator[Field]:
    text = page.text
    server = _SERVER.search(text)
    for status, pattern in _REFUSED:
        refused = pattern.search(text)
        if refused is not None and (status in {"nxdomain", "timeout"} or _about_names(text)):
            yield _sentence(text, refused, status)
            asked = _ASKED_NAME.search(text)
            if asked is not None:
                yield of_match(asked, "name", asked[asked.lastindex or 1], asked.lastindex or 1)
            break
    else:
        if not (yield from _answers(text)):
            return
    if server is not None:
        yield of_match(server, "server", server[2], 2)


def _sentence(text: str, refused: re.Match[str], status: str) -> Field:
    """The refusal from the beginning of its line, unless that is far."""
    start = text.rfind("\n", max(0, refused.start() - 200), refused.start()) + 1
    start = start if start or refused.start() <= 200 else refused.start()
    start += len(text[start : refused.start()]) - len(text[start : refused.start()].lstrip())
    return Field("status", status, start, refused.end(), refused.start(), refused.end())


def _about_names(text: str) -> bool:
    return re.search(r"can't find|Resolve-DnsName|Server:|looking up|(?i:nslookup)|DNS server|;; ", text) is not None


def _answers(text: str) -> Iterator[Field]:
    """Addresses found, with the name and `status`; tells whether there were any."""
    found: list[Field] = []
    for named in _NAMED.finditer(text):
        found.append(of_match(named, "name", named[1], 1))
        at = named.end()
        while (hit := ADDRESS.search(text, at, at + 120)) is not None and text[at : hit.start()].strip() in {
            "",
            "Address:",
        }:
            found.append(of_match(hit, "address", hit[0]))
            found[-1] = Field(
                "address",
                hit[0],
                named.start() if at == named.end() else hit.start(),
                hit.end(),
                hit.start(),
                hit.end(),
            )
            at = hit.end()
    for row in _DNS_ROW.finditer(text):
        found += [of_match(row, "name", row[1], 1), of_match(row, "address", row[3], 3)]
    if not found:
        found += [of_match(hit, "address", hit[1], 1) for hit in _DNS_LIST.finditer(text)]
    first = next((field for field in found if field.name == "address"), None)
    if first is None:
        return False
    yield from found
    yield Field("status", "ok", first.start, first.end, first.at, first.until)
    return True


PARSERS = (
    parser(
        "ipconfig",
        _ipconfig,
        "adapter text, ipv4 text, ipv6 text, apipa flag, gateway text, dns text, dhcp_enabled text, dhcp_server text, media text, "
        "suffix text, primary_suffix text, host text, mask text, mac text, lease_expires text",
        asked=r"\bipconfig\b",
        signs=r"IPv4 Address|Media State|Default Gateway|DNS Servers|\bIP Address[ .]+:",
        says=(
            Says("apipa", when=True, text="The device gave itself the address {ipv4}", weight=4),
            Says("ipv4", None, "The address of the device is {ipv4}"),
            Says("gateway", None, "The default gateway is {gateway}"),
            Says("dns", None, "DNS server is {dns}", 3),
            Says("dhcp_enabled", "No", "DHCP is not enabled", 3),
            Says("media", "Media disconnected", "{adapter}: media disconnected", 1),
        ),
    ),
    parser(
        "ip_addr",
        _ip_addr,
        "interface text, state text, ipv4 text, prefix number, mac text",
        asked=r"\bip (?:-\w+ )*a(?:ddr(?:ess)?)?\b",
        signs=r": <[A-Z0-9,_-]+>",
        says=(
            Says("state", "down", "Interface {interface} is down", 3),
            Says("ipv4", None, "The address of {interface} is {ipv4}"),
        ),
    ),
    parser(
        "routes",
        _routes,
        "default_gateway text, interface text, metric number, has_default flag",
        asked=r"\broute print\b|\bip (?:-\w+ )*r(?:oute)?\b|\bnetstat -\w*r",
        signs=r"Active Routes|IPv4 Route Table|0\.0\.0\.0 +0\.0\.0\.0|default via|/\d{1,2} (?:via|dev) ",
        says=(
            Says("default_gateway", None, "The default route goes to {default_gateway}"),
            Says("has_default", when=False, text="There is no default route", weight=4),
        ),
    ),
    parser(
        "dns_lookup",
        _dns_lookup,
        "status text, server text, name text, address text",
        asked=r"\bnslookup\b|\bResolve-DnsName\b|\b(?:dig|host) ",
        signs=(
            r"Non-existent\s{1,3}domain|NXDOMAIN|DNS name does not\s{1,3}exist|can't find|timed[ -]out|timeout period"
            r"|Server failed|SERVFAIL|DNS server failure|refused|No response from server|no servers could|\bName: "
            r"|\bA(?:AAA)? +\d+ +(?:Answer|Question|Additional)|\bIP4?Address"
        ),
        says=(
            Says("status", "nxdomain", "The name {name} does not exist", 4),
            Says("status", "nxdomain", "The name does not exist", 4),
            Says("status", ("timeout", "no_server"), "The DNS server {server} did not answer", 4),
            Says("status", ("timeout", "no_server"), "The DNS server did not answer", 4),
            Says("status", "servfail", "The DNS server failed to look up {name}", 4),
            Says("status", "refused", "The DNS server refused to look up {name}", 4),
            Says("address", None, "{name} resolves to {address}", 3),
            Says("server", None, "DNS server is {server}"),
        ),
    ),
)
