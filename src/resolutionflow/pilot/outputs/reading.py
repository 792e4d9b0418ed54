"""All parsers by the name a `parsed` matcher uses, and which of them a pasted text belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from resolutionflow.pilot.outputs import addresses, devices, directory, reach, services, storage
from resolutionflow.pilot.outputs.fields import Field, Parser
from resolutionflow.pilot.outputs.page import Line, Page, pages_of

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        entry.name: entry
        for family in (addresses, reach, directory, services, storage, devices)
        for entry in family.PARSERS
    }
)
# Reads any `Name : value` lines of commands that a flow writes itself: it recognises nothing.
OPEN = "list"

_COMMAND_ERROR = re.compile(
    r"is not recognized as|CommandNotFoundException|Access is denied|Access to the .{1,200} is denied|PermissionDenied|"
    r"UnauthorizedAccess|Cannot find an object with identity|ObjectNotFound|command not found|requires elevation|"
    r"The RPC server is unavailable|Unable to contact the server|A parameter cannot be found|Permission denied$|"
    r"must be run (?:as|from an elevated)|Run as administrator|The parameter is incorrect|Invalid argument/option",
    re.IGNORECASE,
)
_ERROR_DETAIL = re.compile(
    r"^(?:At line:\d+ char:\d+|\+ |At C:\\|CategoryInfo|FullyQualifiedErrorId|System error \d+ has occurred|operable program or batch file|"
    r"spelling of the name, or if a path|(?:the )?name, or if a path|Check the spelling|verify that the path|More help is available)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """One output of a paste: its parser and the fields read, in the order of the text."""

    parser: Parser
    fields: tuple[Field, ...]


@lru_cache(maxsize=512)
def parse_output(command: str, text: str) -> tuple[Field, ...]:
    """Fields of one command's output; empty when the parser is unknown or the text is not this command's output."""
    parser = PARSERS.get(command)
    if parser is None:
        return ()
    found: list[Field] = []
    for page in pages_of(text):
        found.extend(_fields(parser, page, found[-1].group + 1 if found else 0))
    return tuple(found)


@lru_cache(maxsize=64)
def recognise(text: str, asked_command: str | None = None) -> tuple[Recognised, ...]:
    """The outputs a text holds, found by what it says.

    Where more than one parser reads the same output, the command that stands before it, or else the one that was asked for, decides.
    """
    found: list[Recognised] = []
    groups = 0
    for page in pages_of(text):
        claims = [
            Recognised(parser, fields)
            for parser in PARSERS.values()
            if parser.name != OPEN and (fields := _fields(parser, page, groups))
        ]
        command = page.command or asked_command or ""
        named = [claim for claim in claims if claim.parser.asked.search(command)]
        found.extend(named if len(claims) > 1 and named else claims)
        groups = max((field.group for claim in claims for field in claim.fields), default=groups) + 1
    return tuple(found)


def _fields(parser: Parser, page: Page, groups: int) -> tuple[Field, ...]:
    if parser.signs.search(page.text) is None:
        return ()
    return tuple(field.moved(page.start, groups) for field in parser.read(page))


def command_error(text: str) -> str | None:
    """The line of an output in which the command itself failed, if one did."""
    return next((line.text for line in _lines(text) if _COMMAND_ERROR.search(line.text)), None)


def failed_output(text: str) -> bool:
    """Whether an output says nothing but that its command could not do its work: it proves nothing."""
    lines = [line.text for line in _lines(text)]
    told = [line for line in lines if not _COMMAND_ERROR.search(line) and not _ERROR_DETAIL.search(line)]
    return not lines or (len(told) < len(lines) and len(told) <= 1 and command_error(text) is not None)


def _lines(text: str) -> Iterator[Line]:
    for page in pages_of(text):
        yield from page.lines
