"""Outputs about printers and switches."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolutionflow.pilot.outputs.fields import Field, Says, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import Entry, key_values, listed, named, of_match, tables

_PRINTER_NAMES = {
    "printerstatus": "status", "jobcount": "jobs", "portname": "port", "drivername": "driver", "workoffline": "offline_flag",
    "shared": "shared", "type": "type", "name": "name",
}  # fmt: skip


def _printer(page: Page) -> Iterator[Field]:
    for field in listed(page, "printerstatus", "jobcount"):
        name = _PRINTER_NAMES.get(field.name)
        if name is not None and field.value != "":
            yield named(field, name, str(field.value).lower() if name == "status" else field.value)


_JOB_COUNT = re.compile(r"(?<!\S)(?:Count|Jobs|JobCount) {0,20}: {1,20}(\d{1,6})(?!\S)")
_STUCK = re.compile(r"error|delet|retain|blocked|paused", re.IGNORECASE)


def _print_jobs(page: Page) -> Iterator[Field]:
    for hit in _JOB_COUNT.finditer(page.text):
        yield of_match(hit, "jobs", float(hit[1]), 1)
    states = [entry.field() for entry in key_values(page) if entry.name == "jobstatus"]
    states = states or [row["jobstatus"] for row in tables(page) if "jobstatus" in row]
    if states:
        stuck = next((field for field in states if _STUCK.search(str(field.value))), None)
        yield named(states[0], "jobs", float(len(states)))
        yield named(stuck or states[0], "stuck", stuck is not None)
        yield named(stuck or states[0], "job_status", str((stuck or states[0]).value))


_PORT_HEAD = re.compile(r"(?<!\S)Port {1,30}Name {1,60}Status {1,30}Vlan {1,30}Duplex {1,10}Speed\b")
_PORT = re.compile(
    r"(?<!\S)((?:Gi|Te|Fa|Et|Eth|Po|Twe|Hu|Fo|Tw)[\d/]{1,12})(?: {1,20}(\S(?: ?\S){0,39}?))??"
    r" {1,40}(connected|notconnect|disabled|err-disabled|inactive|monitoring|suspended)"
    r" {1,30}(\d{1,4}|trunk|routed|unassigned) {1,30}((?:a-)?(?:full|half|auto)) {1,30}((?:a-)?(?:\d{1,6}[GM]?|auto))(?!\w)"
)


def _switch_ports(page: Page) -> Iterator[Field]:
    head = _PORT_HEAD.search(page.text)
    hits = list(_PORT.finditer(page.text, head.end() if head else 0))
    for group, hit in enumerate(hits, 1):
        yield of_match(hit, "port", hit[1], 1, group=group)
        if hit[2]:
            yield of_match(hit, "name", hit[2], 2, group=group)
        yield of_match(hit, "status", hit[3], 3, group=group)
        yield of_match(hit, "vlan", hit[4], 4, group=group)
        yield of_match(hit, "duplex", hit[5], 5, group=group)
        yield of_match(hit, "speed", hit[6], 6, group=group)


_LLDP_HEAD = re.compile(r"(?<!\S)Device ID {1,40}Local Intf {1,40}Hold-time {1,40}Capability {1,40}Port ID\b")
_LLDP = re.compile(
    r"(?<!\S)([\w.:-]{1,80}) {1,40}((?:Gi|Te|Fa|Et|Eth|Twe|Hu|Fo|Tw|mgmt)[\d/]{1,12}) {1,40}(\d{1,6})"
    r" {1,40}(?:([A-Z](?:,[A-Z]){0,7}) {1,40})?([\w./:-]{1,60})(?!\S)"
)


def _lldp(page: Page) -> Iterator[Field]:
    head = _LLDP_HEAD.search(page.text)
    if head is None:
        return
    for group, hit in enumerate(_LLDP.finditer(page.text, head.end()), 1):
        yield of_match(hit, "neighbour", hit[1], 1, group=group)
        yield of_match(hit, "local_port", hit[2], 2, group=group)
        yield of_match(hit, "remote_port", hit[5], 5, group=group)


_CREDENTIALS = re.compile(r"(?<!\S)Currently stored credentials[^:\n]{0,80}:", re.IGNORECASE)
_TARGET = re.compile(r"(?<!\S)Target:\s{0,20}(\S[^\n\r]{0,200}?)(?= {1,40}Type:|\s*?$)", re.MULTILINE)
_OFFICE = re.compile(r"MicrosoftOffice\d*_Data|MS\.Outlook|OneDrive Cached|outlook", re.IGNORECASE)
_NONE = re.compile(r"(?<!\S)\* ?NONE ?\*", re.IGNORECASE)


def _cmdkey(page: Page) -> Iterator[Field]:
    head = _CREDENTIALS.search(page.text)
    targets = list(_TARGET.finditer(page.text)) if head or "Type:" in page.text else []
    empty = _NONE.search(page.text) if head else None
    for group, hit in enumerate(targets, 1):
        yield of_match(hit, "target", hit[1], 1, group=group)
        if _OFFICE.search(hit[1]):
            yield of_match(hit, "office", value=True, group=group)
    if empty is not None:
        yield of_match(empty, "empty", value=True)
    elif head is not None and not any(_OFFICE.search(hit[1]) for hit in targets):
        yield of_match(head, "office", value=False)


_REGISTRY = "enableadal disableadalatopwamoverride fdenytsconnections useremail lastknownstatus"
_ONEDRIVE = "useremail userfolder quotastate"


def _registry(page: Page) -> Iterator[Field]:
    yield from _picked(key_values(page), frozenset(_REGISTRY.split()))


def _onedrive(page: Page) -> Iterator[Field]:
    entries = key_values(page)
    if any(entry.name in {"userfolder", "quotastate"} for entry in entries):
        yield from _picked(entries, frozenset(_ONEDRIVE.split()))


def _picked(entries: list[Entry], names: frozenset[str]) -> Iterator[Field]:
    yield from (entry.field() for entry in entries if entry.name in names)


def _list(page: Page) -> Iterator[Field]:
    yield from (entry.field() for entry in key_values(page))


PARSERS = (
    parser(
        "printer",
        _printer,
        "name text, status text, jobs number, port text, driver text, offline_flag flag, shared flag, type text",
        asked=r"\bGet-Printer\b",
        signs=r"PrinterStatus|JobCount",
        says=(
            Says("status", None, "The status of the printer {name} is {status}", 4),
            Says("status", None, "The printer status is {status}", 4),
            Says("jobs", None, "{jobs} jobs are in the queue", 3),
            Says("port", None, "The printer port is {port}", 1),
        ),
    ),
    parser(
        "print_jobs",
        _print_jobs,
        "jobs number, stuck flag, job_status text",
        asked=r"\bGet-PrintJob\b",
        signs=r"JobStatus|\b(?:Count|Jobs) *:",
        says=(
            Says("job_status", None, "A print job is in the state {job_status}", 4),
            Says("jobs", None, "{jobs} jobs are in the queue", 2),
        ),
    ),
    parser(
        "switch_ports",
        _switch_ports,
        "port text, name text, status text, vlan text, duplex text, speed text",
        asked=r"\bsh(?:ow)? int\w* status\b",
        signs=r"\b(?:connected|notconnect|err-disabled|disabled)\b",
        says=(
            Says("status", "err-disabled", "Port {port} is err-disabled", 5),
            Says("status", ("notconnect", "disabled"), "Port {port} is {status}", 3),
            Says("status", "connected", "Port {port} is connected in VLAN {vlan}", 1),
        ),
    ),
    parser(
        "lldp",
        _lldp,
        "neighbour text, local_port text, remote_port text",
        asked=r"\bsh(?:ow)? lldp\b",
        signs=r"Device ID +Local Intf",
        says=(Says("neighbour", None, "{neighbour} is connected to {local_port} by its port {remote_port}", 2),),
    ),
    parser(
        "cmdkey",
        _cmdkey,
        "target text, office flag, empty flag",
        asked=r"\bcmdkey\b",
        signs=r"stored credentials|Target:",
        says=(
            Says("empty", when=True, text="No credentials are stored", weight=3),
            Says("office", when=False, text="No credentials of Office are stored", weight=3),
            Says("office", when=True, text="A credential is stored for {target}", weight=3),
        ),
    ),
    parser(
        "registry",
        _registry,
        "enableadal value, disableadalatopwamoverride value, fdenytsconnections value, useremail value, lastknownstatus value",
        asked=r"\bGet-ItemProperty\b|\breg query\b",
        signs=r"EnableADAL|DisableADALatopWAMOverride|fDenyTSConnections",
        says=(
            Says("enableadal", None, "EnableADAL is {enableadal}", 3),
            Says("disableadalatopwamoverride", None, "DisableADALatopWAMOverride is {disableadalatopwamoverride}", 3),
            Says("fdenytsconnections", None, "fDenyTSConnections is {fdenytsconnections}", 3),
        ),
    ),
    parser(
        "onedrive_account",
        _onedrive,
        "useremail text, userfolder text, quotastate text",
        asked=r"OneDrive\\Accounts",
        signs=r"UserFolder|QuotaState",
        says=(Says("userfolder", None, "The OneDrive folder is {userfolder}", 2),),
    ),
    parser("list", _list, None, asked=r"\bFormat-List\b", signs=r":"),
)
