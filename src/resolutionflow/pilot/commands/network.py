"""Labels commands for switches, routers and firewalls, line by line."""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.pilot.commands.types import READS, CommandLabel, changes, destroys, unknown, worst

_PROMPT: Final = re.compile(r"^[\w.()/:@-]{1,60}[#>]\s*")
_WRITES: Final = re.compile(r"\|\s*(?:redirect|tee|append|save)\b", re.IGNORECASE)

# (pattern at the start of the line, label); the first that fits counts.
_ERASES: Final = (
    r"wr(?:ite)?\s+era\w*|erase|format|delete|del|squeeze|factory-?reset|execute\s+factoryreset|restore\s+factory\S*"
    r"|request\s+system\s+zeroize|clear\s+(?:startup|config)\S*"
)
_RESTARTS: Final = (
    r"reload|reboot|reset|boot|shutdown|restart|request\s+system\s+(?:reboot|halt)|execute\s+(?:reboot|shutdown)"
)
_READS: Final = (
    r"sho?w?|display|dis|get|list|ping\d?|traceroute|tracert|trace|mtr|dir|ls|more|test|verify|who|where|run\s+show"
    r"|execute\s+(?:ping|traceroute)\S*|/[\w/ -]{1,80}\sprint|diagnose\s+(?:sys|hardware|netlink|ip|firewall|vpn)"
    r"|ter(?:m|minal)?\s+(?:len|length|width|no\s+mon\S*|mon\S*)|en(?:able)?|exit|end|quit|disable|logout|!.*|#.*"
)
_CONFIGURES: Final = (
    r"(?:/\S+\s+){1,3}(?:add|set|remove|disable|enable)|conf(?:ig)?(?:ure)?(?:\s+t(?:erm(?:inal)?)?)?|edit|set|unset|no"
    r"|undo|add|remove|int(?:erface)?|ip|ipv6|vlan|router|line|switchport|spanning-tree|username|hostname|access-list"
    r"|crypto|aaa|snmp-server|ntp|logging|policy|commit|rollback|next|description|enable\s+secret|channel-group|service"
    r"|banner|object|firewall|nat|zone"
)
_STORES: Final = r"wr(?:ite)?(?:\s+mem\w*)?|copy|save|archive|backup|tftp|ftp|scp|install|upgrade|license|export"

# (what a line begins with, label); the first that fits counts.
_RULES: Final = tuple(
    (re.compile(rf"(?:{pattern})(?:\s|$)", re.IGNORECASE), label)
    for pattern, label in (
        (_ERASES, destroys("It erases configuration or files on the device.")),
        (_RESTARTS, changes("It restarts the device or a part of it.")),
        (r"clear|undebug|flush", changes("It clears counters, tables or sessions on the device.")),
        (r"debug|monitor\s+capture|diagnose\s+debug", changes("It makes the device log more, which loads it.")),
        (r"enable\s+(?:secret|password)", changes("It changes the configuration of the device.")),
        (_READS, READS),
        (_CONFIGURES, changes("It changes the configuration of the device.")),
        (_STORES, changes("It copies or stores files or configuration.")),
    )
)


def label_network(command: str) -> CommandLabel:
    """A device command or several lines of them."""
    return worst(_line(line) for line in command.splitlines() if line.strip())


def _line(line: str) -> CommandLabel:
    text = _PROMPT.sub("", line.strip())
    text = re.sub(r"^do\s+", "", text, flags=re.IGNORECASE)
    if not text:
        return READS
    if _WRITES.search(text):
        return changes("It writes its output to a file or server.")
    for pattern, label in _RULES:
        if pattern.match(text):
            return label
    return unknown(f"{text.split()[0][:40]} is not a device command this product knows.")
