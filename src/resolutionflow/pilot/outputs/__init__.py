"""Parsers of the command outputs that flows ask for, by the name a `parsed` matcher uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from resolutionflow.pilot.outputs import network, windows
from resolutionflow.pilot.outputs.base import Field, Parser, Value, lines_of
from resolutionflow.pilot.outputs.observations import Observation

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "ad_user": windows.ad_user,
        "adapters": network.adapters,
        "cmdkey": windows.cmdkey,
        "disk_usage": windows.disk_usage,
        "dns_lookup": network.dns_lookup,
        "drive_space": windows.drive_space,
        "dsregcmd": windows.dsregcmd,
        "ipconfig": network.ipconfig,
        "list": windows.generic_list,
        "lockout_events": windows.lockout_events,
        "mailbox_access": windows.mailbox_access,
        "mailbox_permission": windows.mailbox_permission,
        "net_user": windows.net_user,
        "onedrive_account": windows.onedrive_account,
        "ping": network.ping,
        "print_jobs": windows.print_jobs,
        "printer": windows.printer,
        "registry": windows.registry,
        "service": windows.service,
        "shadow_storage": windows.shadow_storage,
        "test_net_connection": network.test_net_connection,
        "vpn_connection": windows.vpn_connection,
        "wlan": network.wlan,
    }
)

_COMMAND_ERROR = re.compile(
    r"is not recognized as|CommandNotFoundException|Access is denied|Access to the .* is denied|PermissionDenied|"
    r"UnauthorizedAccess|Cannot find an object with identity|ObjectNotFound|command not found|requires elevation|"
    r"The RPC server is unavailable|Unable to contact the server|A parameter cannot be found",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)
def parse_output(command: str, text: str) -> tuple[Field, ...]:
    """Fields of one output; empty when the parser is unknown or the text is not this command's output."""
    parser = PARSERS.get(command)
    return parser(text) if parser is not None else ()


def command_error(text: str) -> str | None:
    """The line of an output in which the command itself failed, if one did."""
    return next((line.text for line in lines_of(text) if _COMMAND_ERROR.search(line.text)), None)


@lru_cache(maxsize=128)
def observations(text: str, asked_command: str | None = None) -> tuple[Observation, ...]:
    """What a pasted text says, in the order it stands there. Empty when no known command's output is recognised: then the text stays a quote.

    `asked_command` is the command the engineer was asked to run, if any. Each quote is verbatim: `text[start:end]`.
    """
    del asked_command
    found: list[Observation] = []
    for command, parser in PARSERS.items():
        if command != "list":
            found.extend(
                Observation(
                    command, f"{entry.name} is {entry.value}", text[entry.start : entry.end], entry.start, entry.end
                )
                for entry in parser(text)
            )
    return tuple(sorted(found, key=lambda entry: (entry.start, entry.text)))


__all__ = ["PARSERS", "Field", "Observation", "Value", "command_error", "observations", "parse_output"]
