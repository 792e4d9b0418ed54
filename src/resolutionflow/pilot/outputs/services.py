"""Outputs about what runs on a computer: services, processes, sessions, events, protection."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolutionflow.pilot.outputs.fields import Field, Says, at_least, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import Entry, Labels, grouped, named, number_in, of_match, records, tables

_STATES = "running|stopped|startpending|stoppending|paused|pausepending|continuepending"
_SC = Labels(
    {
        "name": "SERVICE_NAME",
        "display_name": "DISPLAY_NAME",
        "status": "STATE",
        "start_type": "START_TYPE",
        "exit_code": "WIN32_EXIT_CODE",
        "path": "BINARY_PATH_NAME",
        "account": "SERVICE_START_NAME",
        "depends_on": "DEPENDENCIES",
        "_": "TYPE|ERROR_CONTROL|LOAD_ORDER_GROUP|TAG|SERVICE_EXIT_CODE|CHECKPOINT|WAIT_HINT",
    }
)
_SC_VALUE = re.compile(r"(\d{1,10}) {1,20}(?:\(0x[0-9a-f]{1,8}\)|([A-Z_]{3,40}))")
_SC_MISSING = re.compile(
    r"(?<!\S)\[SC\] (?:EnumQueryServicesStatus:)?OpenService FAILED 1060|Cannot find any service with service name '([^'\n]{1,100})'"
)
_GET_LIST = Labels(
    {
        "name": "Name",
        "status": "Status",
        "start_type": "StartType|StartupType",
        "display_name": "DisplayName",
        "depends_on": "ServicesDependedOn|RequiredServices",
    },
    pascal=True,
)
_GET_ROW = re.compile(rf"(?<!\S)({_STATES}) {{1,12}}([A-Za-z][\w.$-]{{0,80}})(?!\S)", re.IGNORECASE)
# A row copied without its heading is known by its columns.
_GET_LONE_ROW = re.compile(r"(?:Running|Stopped|Paused|StartPending|StopPending) {2,12}\S{1,80} {2,40}\S")
_GET_HEAD = re.compile(r"(?<!\S)Status {1,12}Name {1,60}DisplayName\b")


def _service(page: Page) -> Iterator[Field]:
    missing = _SC_MISSING.search(page.text)
    if missing is not None:
        yield of_match(missing, "status", "missing")
        if missing[1]:
            yield of_match(missing, "name", missing[1], 1)
        return
    entries = _SC.read(page)
    if any(entry.name in {"status", "start_type"} and _SC_VALUE.match(entry.text) for entry in entries):
        yield from _sc(entries)
        return
    listed = [entry for entry in _GET_LIST.read(page) if entry.text]
    head = _GET_HEAD.search(page.text)
    if any(entry.name == "status" and re.fullmatch(_STATES, entry.text.lower()) for entry in listed):
        for field in grouped(listed):
            yield named(
                field,
                field.name,
                str(field.value).lower() if field.name in {"status", "start_type"} else str(field.value),
            )
    elif head is not None or _GET_LONE_ROW.match(page.lines[0].text):
        for group, row in enumerate(_GET_ROW.finditer(page.text, head.end() if head else 0), 1):
            yield of_match(row, "status", row[1].lower(), 1, group=group)
            yield of_match(row, "name", row[2], 2, group=group)


def _sc(entries: list[Entry]) -> Iterator[Field]:
    for field in grouped(entries):
        hit = _SC_VALUE.match(str(field.value)) if field.name in {"status", "start_type", "exit_code"} else None
        if field.name == "exit_code":
            number = number_in(str(field.value))
            if number is not None:
                yield named(field, "exit_code", number)
        elif hit is not None and hit[2]:
            word = (
                hit[2].lower().replace("_start", "") if field.name == "start_type" else hit[2].lower().replace("_", "")
            )
            yield named(field, field.name, word)
        elif hit is None and field.value != "" and field.name not in {"status", "start_type"}:
            yield named(field, field.name, str(field.value).removeprefix(":").strip())


_UNIT = re.compile(r"(?<!\S)[●*×○↻x]? {0,2}([\w@.\\-]{1,120}\.(?:service|timer|socket|mount)) - ")
_ACTIVE = re.compile(
    r"(?<!\S)Active: (active|inactive|failed|activating|deactivating) \((?:Result: )?([a-z-]{2,30}(?: [a-z-]{2,20})?)\)"
)
_LOADED = re.compile(
    r"(?<!\S)Loaded: (loaded|not-found|masked|error)\b(?:[^;\n]{0,200}; (enabled|disabled|static|masked))?"
)
_MAIN_PID = re.compile(r"(?<!\S)Main PID: (\d{1,9})")
_NO_UNIT = re.compile(r"(?<!\S)Unit (\S{1,120}) could not be found")


def _systemctl(page: Page) -> Iterator[Field]:
    text = page.text
    gone = _NO_UNIT.search(text)
    if gone is not None:
        yield of_match(gone, "unit", gone[1], 1)
        yield of_match(gone, "active", "missing")
        return
    active = _ACTIVE.search(text)
    if active is None:
        return
    unit, loaded, pid = _UNIT.search(text), _LOADED.search(text), _MAIN_PID.search(text)
    if unit is not None:
        yield of_match(unit, "unit", unit[1], 1)
    if loaded is not None:
        yield of_match(loaded, "loaded", loaded[1], 1)
        if loaded[2]:
            yield of_match(loaded, "enabled", loaded[2], 2)
    yield of_match(active, "active", active[1], 1)
    yield of_match(active, "detail", active[2], 2)
    if pid is not None:
        yield of_match(pid, "pid", float(pid[1]), 1)


_TASK = re.compile(
    r"(?<!\S)([\w.+-]{1,60}(?: [\w.+-]{1,40}){0,4}?) {1,30}(\d{1,7}) {1,6}(Services|Console"
    r"|RDP-Tcp#\d{1,5}) {1,20}(\d{1,5}) {1,20}(\d{1,3}(?:[.,\u202f ]\d{3})*) K(?!\w)"
)


def _tasklist(page: Page) -> Iterator[Field]:
    for group, hit in enumerate(_TASK.finditer(page.text), 1):
        yield of_match(hit, "image", hit[1], 1, group=group)
        yield of_match(hit, "pid", float(hit[2]), 2, group=group)
        yield of_match(hit, "session", hit[3], 3, group=group)
        yield of_match(hit, "memory_kb", float(re.sub(r"\D", "", hit[5])), 5, group=group)


_QUSER_HEAD = re.compile(r"(?<!\S)USERNAME {1,30}SESSIONNAME {1,30}ID {1,10}STATE {1,10}IDLE TIME {1,10}LOGON TIME")
_QUSER = re.compile(
    r"(?<!\S)>?([\w.@-]{1,64}) {1,40}(?:(console|rdp-tcp#\d{1,6}|ica-\S{1,30}) {1,40})?(\d{1,6})"
    r" {1,10}(Active|Disc|Conn|Listen|Idle) {1,20}(none|\.|\d{1,5}(?:[+:][\d:]{1,8})?)"
    r" {1,10}(\d[\d/.-]{5,10} {1,3}\d{1,2}:\d{2}(?: ?[AP]M)?)"
)


def _quser(page: Page) -> Iterator[Field]:
    head = _QUSER_HEAD.search(page.text)
    if head is None:
        return
    for group, hit in enumerate(_QUSER.finditer(page.text, head.end()), 1):
        yield of_match(hit, "user", hit[1], 1, group=group)
        if hit[2]:
            yield of_match(hit, "session", hit[2], 2, group=group)
        yield of_match(hit, "id", float(hit[3]), 3, group=group)
        yield of_match(hit, "state", hit[4].lower(), 4, group=group)
        yield of_match(hit, "idle", hit[5], 5, group=group)
        yield of_match(hit, "logon_time", hit[6], 6, group=group)


_XML_EVENT = re.compile(r"<Event(?: |>)")
_XML_PARTS = {
    "source": re.compile(r"<Provider [^>]{0,60}?Name=['\"]([^'\"<>]{1,120})['\"]"),
    "id": re.compile(r"<EventID(?: [^>]{0,60})?>(\d{1,6})</EventID>"),
    "level": re.compile(r"<Level>(\d)</Level>"),
    "time": re.compile(r"<TimeCreated SystemTime=['\"]([\dTZ:.+-]{10,40})['\"]"),
    "log": re.compile(r"<Channel>([^<]{1,120})</Channel>"),
    "computer": re.compile(r"<Computer>([^<]{1,120})</Computer>"),
}
_LEVELS = {"0": "information", "1": "critical", "2": "error", "3": "warning", "4": "information", "5": "verbose"}
_EVENT_LIST = Labels(
    {
        "time": "TimeCreated|TimeGenerated|Date",
        "source": "ProviderName|Source",
        "id": "Id|EventID|InstanceId|Event ID",
        "level": "LevelDisplayName|EntryType|Level",
        "message": "Message",
        "log": "LogName|Log Name",
        "computer": "MachineName|Computer",
        "_": "Index|Category|CategoryNumber|ReplacementStrings|TimeWritten|UserName|Task Category|Keywords|User|Description|OpCode",
    },
    pascal=True,
)
_EVENT_COLUMNS = {
    "timecreated": "time", "time": "time", "timegenerated": "time", "id": "id", "eventid": "id", "instanceid": "id", "leveldisplayname": "level",
    "entrytype": "level", "source": "source", "providername": "source", "message": "message",
}  # fmt: skip


def _events(page: Page) -> Iterator[Field]:
    starts = [hit.start() for hit in _XML_EVENT.finditer(page.text)]
    if starts:
        for group, start in enumerate(starts, 1):
            yield from _xml_event(page.text, start, starts[group] if group < len(starts) else len(page.text), group)
        return
    entries = [entry for entry in _EVENT_LIST.read(page) if entry.text]
    names = {entry.name for entry in entries}
    if "id" in names and "time" in names and names & {"message", "level", "source"}:
        yield from (_event_field(field) for field in grouped(entries))
        return
    for row in tables(page):
        fields = {_EVENT_COLUMNS[key]: field for key, field in row.items() if key in _EVENT_COLUMNS}
        if {"id", "time", "message"} <= fields.keys() and isinstance(fields["id"].value, float):
            yield from (_event_field(named(field, name)) for name, field in fields.items())


def _event_field(field: Field) -> Field:
    if field.name == "level":
        return named(field, "level", str(field.value).lower())
    if field.name == "id":
        number = number_in(str(field.value))
        return named(field, "id", number if number is not None else str(field.value))
    return named(field, field.name, str(field.value) if not isinstance(field.value, str) else field.value)


def _xml_event(text: str, start: int, stop: int, group: int) -> Iterator[Field]:
    for name, pattern in _XML_PARTS.items():
        hit = pattern.search(text, start, min(stop, start + 8000))
        if hit is not None:
            value = float(hit[1]) if name == "id" else _LEVELS.get(hit[1], hit[1]) if name == "level" else hit[1]
            yield of_match(hit, name, value, 1, group=group)


_DEFENDER_NAMES = (
    "amserviceenabled antispywareenabled antivirusenabled realtimeprotectionenabled istamperprotected "
    "antivirussignatureage antivirussignaturelastupdated "
    "quickscanage fullscanage amrunningmode antivirussignatureversion nisenabled"
)

PARSERS = (
    parser(
        "service",
        _service,
        "name text, status text, start_type text, display_name text, exit_code number, path text, account text, depends_on text",
        asked=r"\bGet-Service\b|\bsc(?:\.exe)? (?:\\\\\S+ )?q",
        signs=rf"\bSTATE +:|START_TYPE|OpenService FAILED|Cannot find any service|\b(?:{_STATES})\b",
        says=(
            Says("status", "missing", "The service {name} does not exist", 5),
            Says("status", "missing", "The service does not exist", 5),
            Says("status", None, "The service {name} is {status}", 4),
            Says("status", None, "The service is {status}", 4),
            Says("start_type", None, "The start type of {name} is {start_type}", 3),
            Says("exit_code", None, "The exit code is {exit_code}", 2),
            Says("account", None, "The service runs as {account}", 2),
        ),
    ),
    parser(
        "systemctl",
        _systemctl,
        "unit text, loaded text, enabled text, active text, detail text, pid number",
        asked=r"\bsystemctl status\b",
        signs=r"Active: |could not be found",
        says=(
            Says("active", "missing", "The unit {unit} was not found", 5),
            Says("active", None, "{unit} is {active} ({detail})", 4),
            Says("active", None, "The unit is {active} ({detail})", 4),
            Says("enabled", None, "{unit} is {enabled}", 2),
        ),
    ),
    parser(
        "tasklist",
        _tasklist,
        "image text, pid number, session text, memory_kb number:KB",
        asked=r"\btasklist\b",
        signs=r"\d K\b",
        says=(Says("memory_kb", None, "{image} is running", 1),),
    ),
    parser(
        "quser",
        _quser,
        "user text, session text, id number, state text, idle text, logon_time text",
        asked=r"\bquser\b|\bquery user\b|\bqwinsta\b",
        signs=r"USERNAME +SESSIONNAME",
        says=(
            Says("state", "active", "{user} has an active session {id}", 3),
            Says("state", "disc", "{user} has a disconnected session {id}", 3),
        ),
    ),
    parser(
        "events",
        _events,
        "time text, source text, id number, level text, message text, log text, computer text",
        asked=r"\bGet-EventLog\b|\bGet-WinEvent\b|\bwevtutil\b",
        signs=r"<Event\b|TimeCreated|TimeGenerated|EntryType|Event ID:",
        says=(
            Says("id", None, "Event {id} from {source} at {time}", 3),
            Says("id", None, "Event {id} at {time}", 3),
            Says("message", None, "Event {id} says: {message}", 4),
        ),
    ),
    parser(
        "defender",
        records(_DEFENDER_NAMES, "realtimeprotectionenabled", "antivirusenabled", "amrunningmode"),
        ", ".join(
            f"{name} {'number:days' if name.endswith('age') else 'text' if name.endswith(('updated', 'mode', 'version')) else 'flag'}"
            for name in _DEFENDER_NAMES.split()
        ),
        asked=r"\bGet-MpComputerStatus\b",
        signs=r"RealTimeProtectionEnabled|AntivirusEnabled|AMRunningMode",
        says=(
            Says(
                "realtimeprotectionenabled",
                when=False,
                text="RealTimeProtectionEnabled is False",
                weight=5,
            ),
            Says("realtimeprotectionenabled", when=True, text="RealTimeProtectionEnabled is True", weight=3),
            Says("antivirusenabled", when=False, text="AntivirusEnabled is False", weight=5),
            Says(
                "antivirussignatureage", at_least(7), "The antivirus signatures are {antivirussignatureage} days old", 5
            ),
            Says("antivirussignatureage", None, "The antivirus signatures are {antivirussignatureage} days old", 3),
            Says("amrunningmode", None, "The running mode is {amrunningmode}", 2),
        ),
    ),
)
