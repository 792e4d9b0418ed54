"""Outputs about reaching others: Test-NetConnection, ping, tracert, netstat, the wireless link, adapters, VPN and proxy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolutionflow.pilot.outputs.fields import Field, Says, at_least, below, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import (
    IPV4,
    Entry,
    Labels,
    grouped,
    key_values,
    listed,
    named,
    number_in,
    of_match,
)

_TNC = Labels(
    {
        "computer": "ComputerName",
        "remote_address": "RemoteAddress",
        "remote_port": "RemotePort",
        "tcp": "TcpTestSucceeded",
        "ping": "PingSucceeded",
        "resolved": "NameResolutionSucceeded",
        "rtt": "PingReplyDetails (RTT)",
        "source": "SourceAddress",
        "hop": "TraceRoute",
    },
    pascal=True,
)
_NOT_RESOLVED = re.compile(r"(?<!\S)WARNING: Name resolution of (\S{1,200}) failed")
_TCP_FAILED = re.compile(
    r"(?<!\S)WARNING: TCP connect to \(?(\S{1,200}?)[ :)]{1,4}(?:port )?\(?(\d{1,5})\)? ?:?\)? failed"
)


def _test_net_connection(page: Page) -> Iterator[Field]:
    entries = [entry for entry in _TNC.read(page) if entry.text]
    fields = list(grouped(entries))
    if not any(field.name in {"tcp", "ping", "resolved"} for field in fields) and not _NOT_RESOLVED.search(page.text):
        return
    for field in fields:
        if field.name in {"tcp", "ping", "resolved"} and not isinstance(field.value, bool):
            continue
        if field.name == "rtt":
            number = number_in(str(field.value))
            if number is not None:
                yield named(field, "rtt", number)
        elif field.name == "hop":
            for hit in IPV4.finditer(page.text, field.at, field.until):
                yield of_match(hit, "hop", hit[0], group=field.group)
        else:
            yield field
    computers = {str(field.value): field.group for field in fields if field.name == "computer"}
    for hit in _NOT_RESOLVED.finditer(page.text):
        group = computers.get(hit[1], 0)
        yield of_match(hit, "resolved", value=False, group=group)
        if hit[1] not in computers:
            yield of_match(hit, "computer", hit[1], 1, group=group)
    if not any(field.name == "tcp" for field in fields):
        for hit in _TCP_FAILED.finditer(page.text):
            yield of_match(hit, "tcp", value=False)


_PING_HEAD = re.compile(
    r"(?<!\S)(?:Pinging|PING) (\S{1,200}?)(?: [\[(]\S{1,60}[\])])?(?: with \d| from | ?\(|:| \d)", re.IGNORECASE
)
_REPLY = re.compile(
    r"(?<!\S)(?:Reply from (\S{3,60}?): (?:bytes=\d{1,6} )?time[=<]\d{1,6} ?ms"
    r"|\d{1,6} bytes from (\S{1,200}?):? [^\n]{0,120}?time[=<][\d.]{1,12} ?ms)"
)
_SILENT = re.compile(
    r"(?<!\S)(?:(?-i:Request timed out)\.?|(?:Reply from (\S{3,60}?): )?Destination (?:host|net|port)"
    r" unreachable\.?|From \S{1,100} icmp_seq=\d{1,6} Destination \w{1,10} Unreachable"
    r"|(?:PING: )?transmit failed\. ?General failure\.?|General failure\.?)",
    re.IGNORECASE,
)
_NO_HOST = re.compile(
    r"(?<!\S)Ping request could not find host (\S{1,200}?)\.?(?:\s|$)"
    r"|(?<!\S)ping: (?:cannot resolve )?(\S{1,200}?): (?:Name or service not known|Unknown host"
    r"|Temporary failure in name resolution)"
)
_LOSS = re.compile(r"\b(\d{1,3}(?:\.\d{1,6})?)% (?:packet )?loss")
_AVERAGE = re.compile(r"\bAverage = (\d{1,6}) ?ms|(?<!\S)rtt min/avg/max/mdev = [\d.]{1,12}/([\d.]{1,12})/")


def _ping(page: Page) -> Iterator[Field]:
    text = page.text
    if _TRACE_HEAD.search(text) or _HOP.search(text):
        return
    heads = list(_PING_HEAD.finditer(text))
    starts = [0, *(head.start() for head in heads[1:])] if heads else [0]
    for group, start in enumerate(starts, 1):
        stop = starts[group] if group < len(starts) else len(text)
        yield from _one_ping(text, start, stop, group, heads[group - 1] if heads else None)


def _one_ping(text: str, start: int, stop: int, group: int, head: re.Match[str] | None) -> Iterator[Field]:
    missing = _NO_HOST.search(text, start, stop)
    reply, silent = _REPLY.search(text, start, stop), _SILENT.search(text, start, stop)
    loss = _LOSS.search(text, start, stop)
    if missing is not None:
        part = missing.lastindex or 1
        yield of_match(missing, "target", missing[part], part, group=group)
        yield of_match(missing, "unresolved", value=True, group=group)
        yield of_match(missing, "reachable", value=False, group=group)
        return
    if reply is None and silent is None and (loss is None or head is None):
        return
    if head is not None:
        yield of_match(head, "target", head[1], 1, group=group)
    elif reply is not None:
        yield of_match(reply, "target", reply[reply.lastindex or 1], reply.lastindex or 1, group=group)
    if reply is not None:
        yield of_match(reply, "reachable", value=True, group=group)
    elif silent is not None or (loss is not None and float(loss[1]) == 100):
        shown = silent or loss
        if shown is not None:
            yield of_match(shown, "reachable", value=False, group=group)
    if loss is not None:
        yield of_match(loss, "loss", float(loss[1]), 1, group=group)
    average = _AVERAGE.search(text, start, stop)
    if average is not None:
        part = average.lastindex or 1
        yield of_match(average, "average_ms", float(average[part]), part, group=group)


_TRACE_HEAD = re.compile(r"(?<!\S)(?:Tracing route to (\S{1,200})|traceroute to (\S{1,200}))", re.IGNORECASE)
_HOP = re.compile(
    r"(?<!\S)(\d{1,2}) {1,20}(?:(?:(?:<?\d{1,6}(?:\.\d{1,4})? ?ms|\*) {1,20}){3}(?:Request timed out\.?"
    r"|(?!\d{1,2} )(\S{1,200}))|(\S{1,200}) \([\d.:a-f]{3,45}\) {1,20}\d{1,6}(?:\.\d{1,4})? ms|\*(?: \*){2}(?!\S))"
)


def _trace(page: Page) -> Iterator[Field]:
    head = _TRACE_HEAD.search(page.text)
    hops = list(_HOP.finditer(page.text, head.end() if head else 0))
    if not hops or (head is None and len(hops) < 2):
        return
    if head is not None:
        part = head.lastindex or 1
        yield of_match(head, "target", head[part].rstrip(","), part)
    answered = [hop for hop in hops if hop[2] or hop[3]]
    yield of_match(hops[-1], "hops", float(hops[-1][1]), 1)
    if answered:
        part = answered[-1].lastindex or 1
        yield of_match(answered[-1], "last_hop", answered[-1][part], part)
    silent = hops[-1] if not (hops[-1][2] or hops[-1][3]) else None
    yield of_match(silent or hops[-1], "reached", silent is None)


_WLAN = Labels(
    {
        "name": "Name",
        "state": "State",
        "ssid": "SSID",
        "signal": "Signal",
        "band": "Band",
        "radiotype": "Radio type",
        "channel": "Channel",
        "authentication": "Authentication",
        "receive_mbps": "Receive rate (Mbps)",
        "transmit_mbps": "Transmit rate (Mbps)",
        "_": (
            "Radio status|Description|GUID|Physical address|BSSID|AP BSSID|Network type|Cipher|Connection "
            "mode|Profile|Hosted network status|Interface type"
        ),
    }
)
_NUMBERS = frozenset({"signal", "channel", "receive_mbps", "transmit_mbps"})


def _wlan(page: Page) -> Iterator[Field]:
    for field in grouped(_WLAN.read(page)):
        if field.name in _NUMBERS:
            number = number_in(str(field.value))
            if number is not None:
                yield named(field, field.name, number)
        elif field.value != "":
            yield field


_DIRECT = re.compile(r"(?<!\S)Direct access \(no proxy server\)")
_PROXY = Labels({"proxy": "Proxy Server(s)", "bypass": "Bypass List"})


def _winhttp(page: Page) -> Iterator[Field]:
    direct = _DIRECT.search(page.text)
    if direct is not None:
        yield of_match(direct, "direct", value=True)
    for entry in _PROXY.read(page):
        if entry.text:
            if entry.name == "proxy":
                yield entry.field(value=False, name="direct")
            yield entry.field(entry.text)


_SOCKET = re.compile(
    r"(?<!\S)(TCP|UDP) {1,20}(\S{1,60}):(\d{1,5}) {1,40}(\S{1,60}):(\d{1,5}|\*)(?: {1,40}(LISTENING"
    r"|ESTABLISHED|TIME_WAIT|CLOSE_WAIT|SYN_SENT|SYN_RECEIVED|FIN_WAIT_1|FIN_WAIT_2|LAST_ACK|CLOSING))?(?:"
    r" {1,40}(\d{1,7}))?(?!\S)"
)
_MOST_ROWS = 2_000


def _netstat(page: Page) -> Iterator[Field]:
    for group, hit in enumerate(_SOCKET.finditer(page.text), 1):
        if group > _MOST_ROWS:
            return
        yield of_match(hit, "protocol", hit[1], 1, group=group)
        yield of_match(hit, "local_address", hit[2], 2, group=group)
        yield of_match(hit, "local_port", float(hit[3]), 3, group=group)
        yield of_match(hit, "remote_address", hit[4], 4, group=group)
        if hit[5] != "*":
            yield of_match(hit, "remote_port", float(hit[5]), 5, group=group)
        if hit[6]:
            yield of_match(hit, "state", hit[6].lower(), 6, group=group)
        if hit[7]:
            yield of_match(hit, "pid", float(hit[7]), 7, group=group)


_ADAPTER_KEYS = frozenset({"linkspeed", "mediaconnectionstate", "interfacedescription"})
_ADAPTER_NAMES = frozenset(
    {"name", "status", "linkspeed", "interfacedescription", "macaddress", "mediaconnectionstate"}
)


def _adapters(page: Page) -> Iterator[Field]:
    fields = listed(page, *_ADAPTER_KEYS)
    status = [field for field in fields if field.name == "status"]
    if not status or not any(field.name in _ADAPTER_KEYS for field in fields):
        return
    yield from (field for field in fields if field.name in _ADAPTER_NAMES)
    up = next((field for field in status if str(field.value).lower() == "up"), None)
    yield named(up or status[0], "up", up is not None)


_VPN = Labels(
    {
        "name": "Name",
        "connectionstatus": "ConnectionStatus",
        "serveraddress": "ServerAddress",
        "tunneltype": "TunnelType",
        "splittunneling": "SplitTunneling",
        "authenticationmethod": "AuthenticationMethod",
    },
    pascal=True,
)


def _vpn(page: Page) -> Iterator[Field]:
    entries: list[Entry] = [entry for entry in _VPN.read(page) if entry.text]
    if any(entry.name in {"connectionstatus", "tunneltype"} for entry in entries) or any(
        entry.name in {"connectionstatus", "tunneltype"} for entry in key_values(page)
    ):
        yield from grouped(entries)


PARSERS = (
    parser(
        "test_net_connection",
        _test_net_connection,
        "tcp flag, ping flag, resolved flag, remote_port number, computer text, remote_address text, source text, rtt number:ms, hop text",
        asked=r"\bTest-NetConnection\b|\btnc ",
        signs=r"TcpTestSucceeded|PingSucceeded|NameResolutionSucceeded|WARNING: Name resolution of",
        says=(
            Says("tcp", when=False, text="Port {remote_port} on {computer} did not answer", weight=5),
            Says("tcp", when=False, text="Port {remote_port} on {remote_address} did not answer", weight=5),
            Says("tcp", when=False, text="The TCP test failed", weight=5),
            Says("tcp", when=True, text="Port {remote_port} on {computer} answered", weight=5),
            Says("tcp", when=True, text="Port {remote_port} on {remote_address} answered", weight=5),
            Says("tcp", when=True, text="The TCP test succeeded", weight=5),
            Says("resolved", when=False, text="The name {computer} was not resolved", weight=6),
            Says("resolved", when=False, text="The name was not resolved", weight=6),
            Says("ping", when=False, text="{computer} did not answer ping", weight=3),
            Says("ping", when=True, text="{computer} answered ping", weight=3),
        ),
    ),
    parser(
        "ping",
        _ping,
        "reachable flag, loss number:%, target text, unresolved flag, average_ms number:ms",
        asked=r"\bping(?:\.exe)?\b|\bTest-Connection\b",
        signs=(
            r"Pinging |PING |Reply from|bytes from|timed out|could not find host|Name or service not known"
            r"|Unknown host|Temporary failure|Destination \w+ unreachable|General failure"
        ),
        says=(
            Says("unresolved", when=True, text="The name {target} was not found", weight=5),
            Says("reachable", when=False, text="{target} did not answer ping", weight=4),
            Says("reachable", when=False, text="There was no answer to ping", weight=4),
            Says("reachable", when=True, text="{target} answered ping", weight=4),
            Says("loss", lambda value: value not in {0.0, 100.0}, "Ping lost {loss}% of the packets", 5),
            Says("loss", None, "Ping lost {loss}% of the packets", 2),
            Says("average_ms", None, "The average round trip was {average_ms} ms", 1),
        ),
    ),
    parser(
        "traceroute",
        _trace,
        "target text, hops number, last_hop text, reached flag",
        asked=r"\btrace(?:rt|route)\b|\bpathping\b",
        signs=r"Tracing route|traceroute to|\b\d{1,2} +(?:<?\d+ ?ms|\*)",
        says=(
            Says(
                "reached", when=False, text="The route to {target} ended without an answer after {last_hop}", weight=4
            ),
            Says("reached", when=True, text="The route to {target} was complete after {hops} hops", weight=3),
            Says("last_hop", None, "The last hop that answered was {last_hop}", 2),
        ),
    ),
    parser(
        "wlan",
        _wlan,
        "name text, state text, ssid text, signal number:%, band text, radiotype text, channel number, "
        "authentication text, receive_mbps number:Mbps, transmit_mbps number:Mbps",
        asked=r"\bnetsh wlan\b",
        signs=r"\bSSID +:|Radio type +:|Signal +:|BSSID +:|There is no wireless interface",
        says=(
            Says("state", "disconnected", "The wireless adapter is disconnected", 4),
            Says("signal", below(50), "The wireless signal is weak, {signal}%", 5),
            Says("signal", at_least(50), "The wireless signal is {signal}%", 3),
            Says("ssid", None, "The device is on the wireless network {ssid}", 2),
            Says("channel", None, "The wireless channel is {channel}", 1),
        ),
    ),
    parser(
        "winhttp_proxy",
        _winhttp,
        "direct flag, proxy text, bypass text",
        asked=r"\bnetsh winhttp\b",
        signs=r"Direct access \(no proxy|Proxy Server\(s\)",
        says=(
            Says("direct", when=True, text="No proxy server is set", weight=3),
            Says("proxy", None, "The proxy server is {proxy}", 3),
            Says("bypass", None, "The proxy is bypassed for {bypass}", 1),
        ),
    ),
    parser(
        "netstat",
        _netstat,
        "protocol text, local_address text, local_port number, remote_address text, remote_port number, state text, pid number",
        asked=r"\bnetstat\b",
        signs=r"(?:TCP|UDP) +\S+:\d",
        says=(
            Says("state", "listening", "{protocol} port {local_port} is listening, process {pid}", 2),
            Says("state", "syn_sent", "{remote_address} has not answered on port {remote_port}", 3),
            Says("state", "established", "There is a connection to {remote_address} on port {remote_port}", 1),
        ),
    ),
    parser(
        "adapters",
        _adapters,
        "name text, status text, linkspeed text, interfacedescription text, macaddress text, mediaconnectionstate text, up flag",
        asked=r"\bGet-NetAdapter\b",
        signs=r"LinkSpeed|MediaConnectionState",
        says=(
            Says("up", when=False, text="No network adapter is up", weight=4),
            Says("status", ("Disconnected", "Disabled", "Not Present"), "The adapter {name} is {status}", 3),
            Says("linkspeed", None, "The link speed of {name} is {linkspeed}", 2),
        ),
    ),
    parser(
        "vpn_connection",
        _vpn,
        "name text, connectionstatus text, serveraddress text, tunneltype text, splittunneling flag, authenticationmethod text",
        asked=r"\bGet-VpnConnection\b",
        signs=r"ConnectionStatus|TunnelType",
        says=(
            Says("connectionstatus", None, "The VPN {name} is {connectionstatus}", 4),
            Says("serveraddress", None, "The VPN server is {serveraddress}", 2),
            Says("tunneltype", None, "The tunnel type is {tunneltype}", 1),
        ),
    ),
)
