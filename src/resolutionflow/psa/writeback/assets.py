"""The last gate's second look: hosts and addresses of other clients in a text (psa.md 8). Pure.

What says nothing is passed over: what the own client has as well, what several clients have, and private addresses of a network that
several clients have. One pass over the assets, whatever the length of the text.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from resolutionflow.psa.providers.assets import Asset

_WORD: Final = re.compile(r"[^\W_][\w.-]*[^\W_]")
_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)", re.IGNORECASE
)
_SHORTEST_HOST: Final = 5
# What half of all networks call something: alone it points at nobody.
_KINDS: Final = (
    "ad|ap|app|backup|bck|camera|cam|cctv|cloud|core|database|db|dc|desktop|dhcp|dns|ex|exch|exchange|file|fileserver|firewall|fs|fw|"
    "gateway|gw|host|hv|hyperv|hypervisor|laptop|lt|lap|mail|main|nas|nb|notebook|nvr|office|pbx|pc|phone|print|printer|printserver|prn|prt|"
    "proxy|rds|rdp|rt|router|san|scan|scanner|server|sql|srv|storage|sv|sw|switch|tablet|term|terminal|test|ts|ups|vm|voip|vpn|wap|web|wifi|"
    "win|wlan|workstation|ws"
)
_GENERIC: Final = re.compile(
    rf"(?:(?:{_KINDS})[-_.]?)+\d{{0,4}}[a-z]?|(?:windows|microsoft|office|server)[-_.]?\d{{2,4}}", re.IGNORECASE
)
_PRIVATE: Final = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
# Networks that devices come with: everybody may have one without having written it down.
_USUAL: Final = frozenset(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/24", "10.0.1.0/24", "10.1.1.0/24", "10.1.10.0/24", "10.10.10.0/24", "172.16.0.0/24", "192.168.0.0/24",
            "192.168.1.0/24", "192.168.2.0/24", "192.168.8.0/24", "192.168.10.0/24", "192.168.50.0/24", "192.168.88.0/24",
            "192.168.100.0/24", "192.168.178.0/24",
        ),
    )
)  # fmt: skip
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Trace:
    """A host or an address of another client, as it stands in the text."""

    address: bool
    found: str
    company_id: str


def traces(text: str, own_company_id: str | None, assets: Iterable[Asset]) -> list[Trace]:
    """Hosts and addresses in `text` that belong to exactly one other client, in the order of the text."""
    hosts, addresses = _hosts_in(text), _addresses_in(text)
    if not hosts and not addresses:
        return []
    networks: dict[Network, set[str]] = {network: set() for one in addresses if (network := _network(one)) is not None}
    near = _beginnings(addresses)
    by_host: dict[str, set[str]] = {}
    by_address: dict[Address, set[str]] = {}
    for asset in assets:
        plain = asset.name.strip().casefold()
        for name in {plain, plain.partition(".")[0]} & hosts.keys():
            by_host.setdefault(name, set()).add(asset.company_id)
        # Reading every address of every asset would take most of the time: only what begins alike is looked at.
        if not any(piece in asset.addresses for piece in near):
            continue
        for address in _addresses_in(asset.addresses):
            if address in addresses:
                by_address.setdefault(address, set()).add(asset.company_id)
            network = _network(address)
            if network is not None and network in networks:
                networks[network].add(asset.company_id)
    found = [
        Trace(address=False, found=hosts[name], company_id=company)
        for name in hosts
        if (company := _foreign(by_host.get(name), own_company_id))
    ]
    for address in addresses:
        company = _foreign(by_address.get(address), own_company_id)
        network = _network(address)
        if company and (network is None or (network not in _USUAL and networks[network] == {company})):
            found.append(Trace(address=True, found=addresses[address], company_id=company))
    # A full name is found by its first part, too.
    return list(dict.fromkeys(found))


def _foreign(companies: set[str] | None, own: str | None) -> str | None:
    """The one other client that has something; None when several or the own one do."""
    return next(iter(companies)) if companies and len(companies) == 1 and own not in companies else None


def _beginnings(addresses: Iterable[Address]) -> set[str]:
    """What the text of an address in one of these networks holds for certain."""
    return {str(one).rpartition(".")[0] + "." if one.version == 4 else ":" for one in addresses}


def _hosts_in(text: str) -> dict[str, str]:
    """The words of a text that look like a host, by their plain form; a full name also by its first part."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        for name in _names(match.group()):
            found.setdefault(name, match.group())
    return found


def _names(words: str) -> tuple[str, ...]:
    """How a host may be written: whole, and without its domain. None for anything that is no host or could be anybody's."""
    plain = words.strip().casefold()
    if not plain.isascii() or any(char.isspace() for char in plain):
        return ()
    first = plain.partition(".")[0]
    return tuple(name for name in dict.fromkeys((plain, first)) if _telling(name))


def _telling(name: str) -> bool:
    if len(name) < _SHORTEST_HOST or not any(char.isalpha() for char in name):
        return False
    marked = any(char.isdigit() for char in name) or name.count("-") > 1
    return marked and _GENERIC.fullmatch(name) is None


def _addresses_in(text: str) -> dict[Address, str]:
    """Every address in a text with the words it stands in; what is never one machine of one client is left out."""
    found: dict[Address, str] = {}
    if "." not in text and ":" not in text:
        return found
    for match in _ADDRESS.finditer(text):
        try:
            address = ipaddress.ip_address(match.group())
        except ValueError:
            continue
        if not (address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified):
            found.setdefault(address, match.group())
    return found


def _network(address: Address) -> Network | None:
    """The private network an address stands in, None for a public one."""
    if not any(address in network for network in _PRIVATE if network.version == address.version):
        return None
    return ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False)
