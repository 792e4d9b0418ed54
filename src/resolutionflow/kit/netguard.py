"""Which addresses the server may talk to. Pure rules over URLs and addresses; `http.py` applies them to real connections."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Rule = Literal[
    "malformed",
    "scheme",
    "user_info",
    "ip_literal",
    "port",
    "host",
    "private_address",
    "metadata_address",
    "foreign_host",
    "redirect",
    "unresolved",
]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")
# A last label that a resolver could read as a number (octal, hexadecimal, short forms) is never a domain.
_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_FORBIDDEN_CHARS = re.compile(r"[\x00-\x20\x7f-\uffff\U00010000-\U0010ffff\\\"<>^`{|}]")
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_EXTRA_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
    )
)

RULE_TEXT: dict[Rule, str] = {
    "malformed": "The address cannot be read as a URL.",
    "scheme": "Only https addresses are allowed.",
    "user_info": "The address must not contain a user name or password.",
    "ip_literal": "The address must name a host, not an IP address.",
    "port": "Only port 443 is allowed unless the operator lists another.",
    "host": "The host name is not valid, or not a full domain name.",
    "private_address": "The host leads to a private or reserved address.",
    "metadata_address": "The host leads to a machine-metadata address.",
    "foreign_host": "The PSA pointed to a host that is not its own.",
    "redirect": "The other side answered with a redirect, which is never followed.",
    "unresolved": "The host name cannot be resolved.",
}


class UrlRefused(Exception):
    """An outgoing URL broke `rule`. Nothing was sent to it."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(RULE_TEXT[rule])
        self.rule: Rule = rule


@dataclass(frozen=True, slots=True)
class UrlPolicy:
    """What the operator allows beyond public https: private hosts (`host` or `host:port`, lower case; `http://host:port` without
    TLS) and, over http, services of this machine by one of `loopback_names`.
    """

    allow_hosts: frozenset[str] = frozenset()
    allow_loopback: bool = False
    loopback_names: frozenset[str] = frozenset({"127.0.0.1"})

    @staticmethod
    def parse_hosts(text: str) -> frozenset[str]:
        """Hosts of a comma or space separated setting."""
        return frozenset(part.strip().lower() for part in re.split(r"[,\s]+", text) if part.strip())

    def lists(self, host: str, port: int) -> bool:
        listed = f"{host}:{port}" in self.allow_hosts or self.lists_plain(host, port)
        return listed or (port == 443 and host in self.allow_hosts)

    def lists_plain(self, host: str, port: int) -> bool:
        """Whether the operator allows this host without TLS."""
        return f"http://{host}:{port}" in self.allow_hosts

    def is_loopback(self, host: str) -> bool:
        """Whether the name stands for this machine, and that is allowed."""
        return self.allow_loopback and host in self.loopback_names


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed: where to connect. `loopback`: the simulator exception."""

    scheme: str
    host: str
    port: int
    loopback: bool = False


def check_url(url: str, policy: UrlPolicy) -> Target:
    """The target of an outgoing URL. Raises `UrlRefused` naming the broken rule; resolves nothing."""
    if not url or len(url) > 4096 or _FORBIDDEN_CHARS.search(url):
        raise UrlRefused("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise UrlRefused("malformed") from error
    if parts.scheme not in ("http", "https"):
        raise UrlRefused("scheme")
    if "@" in parts.netloc:
        raise UrlRefused("user_info")
    if not host:
        raise UrlRefused("malformed")
    if parts.scheme == "http" and policy.is_loopback(host):
        return Target("http", host, port or 80, loopback=True)
    if parts.scheme == "http" and policy.lists_plain(host, port or 80):
        check_host(host)
        return Target("http", host, port or 80)
    if parts.scheme != "https":
        raise UrlRefused("scheme")
    check_host(host)
    port = 443 if port is None else port
    if port != 443 and not policy.lists(host, port):
        raise UrlRefused("port")
    if "." not in host and not policy.lists(host, port):
        raise UrlRefused("host")
    return Target("https", host, port)


def check_host(host: str) -> None:
    """Refuse IP literals in any notation and names that are not plain ASCII host names."""
    if ":" in host or host.startswith("[") or _is_ip(host) or _NUMERIC.match(host.rsplit(".", 1)[-1]):
        raise UrlRefused("ip_literal")
    if len(host) > 253 or not _HOST.match(host):
        raise UrlRefused("host")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def on_this_machine(url: str) -> bool:
    """Whether an address means its own machine to everybody who reads it."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def check_address(text: str, *, private_ok: bool, loopback_ok: bool = False) -> Address:
    """The address a name resolved to, when it may be connected to. Metadata and link-local addresses never may."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    effective = _embedded(address)
    if address in _METADATA or effective in _METADATA or effective.is_link_local:
        raise UrlRefused("metadata_address")
    if loopback_ok and effective == ipaddress.IPv4Address("127.0.0.1"):
        return address
    if effective.is_multicast or effective.is_unspecified:
        raise UrlRefused("private_address")
    if private_ok:
        return address
    if any(address.version == network.version and address in network for network in _EXTRA_REFUSED):
        raise UrlRefused("private_address")
    if not effective.is_global or effective.is_reserved:
        raise UrlRefused("private_address")
    return address


def _embedded(address: Address) -> Address:
    """The IPv4 address inside a mapped, translated or tunnelled IPv6 address, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or 1 < int(address) < 2**32:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
