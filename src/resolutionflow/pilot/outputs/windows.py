"""Outputs about accounts, services, printers, disks and the device itself."""

from __future__ import annotations

import re

from resolutionflow.pilot.outputs.base import (
    Field,
    key_values,
    lines_of,
    number_in,
    records,
    tables,
)

_SC_STATE = re.compile(r"^STATE\s*:\s*\d+\s+([A-Z_]+)")
_SC_TYPE = re.compile(r"^START_TYPE\s*:\s*\d+\s+([A-Z_]+)")
_SERVICE_ROW = re.compile(r"^(Running|Stopped|StartPending|StopPending|Paused)\s+(\S+)")
_JOB_COUNT = re.compile(r"^(?:Count|Jobs|JobCount)\s*:\s*(\d+)$")
_SIZE = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(TB|GB|MB|KB|B)?\b", re.IGNORECASE)
_UNITS = {"TB": 1024.0, "GB": 1.0, "MB": 1 / 1024, "KB": 1 / 1024**2, "B": 1 / 1024**3}

ad_user = records("lockedout", "passwordexpired", "badpwdcount", "badlogoncount")
vpn_connection = records("connectionstatus", "serveraddress", "tunneltype")
lockout_events = records(
    "callercomputer",
    "callercomputername",
    aliases={"callercomputername": "callercomputer"},
)
mailbox_access = records("fullaccess")
mailbox_permission = records("accessrights", "automapping", "sendas")
registry = records(
    "enableadal",
    "disableadalatopwamoverride",
    "fdenytsconnections",
    "useremail",
    "lastknownstatus",
)
onedrive_account = records("useremail", "userfolder", "quotastate")
generic_list = key_values


def net_user(text: str) -> tuple[Field, ...]:
    """`net user NAME /domain`: active, locked, password_expires, password_last_set, account_expires."""
    names = {
        "Account active": "active",
        "Account expires": "account_expires",
        "Password expires": "password_expires",
        "Password last set": "password_last_set",
        "Last logon": "last_logon",
    }
    found: list[Field] = []
    for line in lines_of(text):
        for label, name in names.items():
            if line.text.startswith(label):
                value = line.text[len(label) :].strip()
                found.append(line.field(name, value))
                if name == "active":
                    found.append(line.field("locked", value.lower() == "locked"))
    return tuple(found) if any(field.name == "active" for field in found) else ()


def service(text: str) -> tuple[Field, ...]:
    """`Get-Service` (list or table) and `sc query`: status (running, stopped, ...), name, start_type."""
    found: list[Field] = []
    for line in lines_of(text):
        if (match := _SC_STATE.match(line.text)) is not None:
            found.append(line.field("status", match[1].lower().replace("_", "")))
        elif (match := _SC_TYPE.match(line.text)) is not None:
            found.append(line.field("start_type", match[1].lower().replace("_start", "")))
        elif line.text.startswith("SERVICE_NAME:"):
            found.append(line.field("name", line.text.partition(":")[2].strip()))
        elif (match := _SERVICE_ROW.match(line.text)) is not None:
            found.append(line.field("status", match[1].lower()))
            found.append(line.field("name", match[2]))
    if not found:
        names = {"status": "status", "name": "name", "starttype": "start_type"}
        found = [
            Field(names[field.name], str(field.value).lower(), field.start, field.end)
            for field in key_values(text)
            if field.name in names
        ]
    return tuple(found) if any(field.name == "status" for field in found) else ()


def printer(text: str) -> tuple[Field, ...]:
    """`Get-Printer`: status (normal, offline, error, ...), jobs, port, driver, offline_flag, shared."""
    names = {
        "printerstatus": "status",
        "jobcount": "jobs",
        "portname": "port",
        "drivername": "driver",
        "workoffline": "offline_flag",
        "shared": "shared",
        "type": "type",
        "name": "name",
    }
    fields = key_values(text)
    if not any(field.name in {"printerstatus", "jobcount"} for field in fields):
        fields = tuple(
            field for row in tables(text) if "printerstatus" in row or "jobcount" in row for field in row.values()
        )
    found = [
        Field(
            names[f.name],
            f.value.lower() if isinstance(f.value, str) and f.name == "printerstatus" else f.value,
            f.start,
            f.end,
        )
        for f in fields
        if f.name in names
    ]
    return tuple(found) if any(field.name in {"status", "jobs"} for field in found) else ()


def drive_space(text: str) -> tuple[Field, ...]:
    """`Get-PSDrive`, `Get-Volume` or our own list: free_gb, used_gb, size_gb, free_percent of the system drive or the one named first."""
    names = {
        "freegb": "free_gb",
        "free": "free_gb",
        "sizeremaining": "free_gb",
        "usedgb": "used_gb",
        "used": "used_gb",
        "sizegb": "size_gb",
        "size": "size_gb",
        "freepercent": "free_percent",
        "percentfree": "free_percent",
    }
    rows = [row for row in tables(text) if any(key in row for key in ("freegb", "sizeremaining", "freepercent"))]
    system = next(
        (row for row in rows if str((row.get("name") or row.get("driveletter") or _NONE).value) == "C"),
        None,
    )
    fields = tuple((system or rows[0]).values()) if rows else key_values(text)
    found: list[Field] = []
    for field in fields:
        name = names.get(field.name)
        size = (
            _gigabytes(str(field.value)) if name in {"free_gb", "used_gb", "size_gb"} else number_in(str(field.value))
        )
        if name is not None and size is not None and not any(done.name == name for done in found):
            found.append(Field(name, size, field.start, field.end))
    return _with_percent(found) if any(field.name in {"free_gb", "free_percent"} for field in found) else ()


_NONE = Field("", "", 0, 0)


def _gigabytes(text: str) -> float | None:
    match = _SIZE.search(text)
    if match is None:
        return None
    number = float(match[1].replace(",", "."))
    # A bare number beyond any disk in GB is a count of bytes.
    unit = (match[2] or ("B" if number > 1_000_000 else "GB")).upper()
    return number * _UNITS[unit]


def _with_percent(found: list[Field]) -> tuple[Field, ...]:
    values = {field.name: field for field in found}
    free = values.get("free_gb")
    if "free_percent" in values or free is None:
        return tuple(found)
    used = values.get("used_gb")
    size = values.get("size_gb")
    total = (
        float(size.value) if size is not None else float(free.value) + float(used.value) if used is not None else 0.0
    )
    if total <= 0:
        return tuple(found)
    percent = round(100 * float(free.value) / total, 1)
    return (*found, Field("free_percent", percent, free.start, free.end))


def dsregcmd(text: str) -> tuple[Field, ...]:
    """`dsregcmd /status`: azuread_joined, domain_joined, prt, prt_expired_hint, wam, device_auth, tenant_name (truth values where yes or no)."""
    names = {
        "azureadjoined": "azuread_joined",
        "domainjoined": "domain_joined",
        "workplacejoined": "workplace_joined",
        "azureadprt": "prt",
        "wamdefaultset": "wam",
        "deviceauthstatus": "device_auth",
        "attemptstatus": "attempt_status",
        "keysigntest": "key_sign_test",
    }
    found: list[Field] = []
    for field in key_values(text):
        name = names.get(field.name)
        if name is None:
            continue
        word = str(field.value).upper()
        value = word == "YES" if word in {"YES", "NO"} else field.value
        found.append(Field(name, value, field.start, field.end))
    return tuple(found) if any(field.name in {"azuread_joined", "prt"} for field in found) else ()


def cmdkey(text: str) -> tuple[Field, ...]:
    """`cmdkey /list`: target of each stored credential, office (any of them is Office's), empty."""
    found: list[Field] = []
    head = None
    for line in lines_of(text):
        if line.text.lower().startswith("currently stored credentials"):
            head = line
        elif line.text.startswith("Target:"):
            target = line.text.partition(":")[2].strip()
            found.append(line.field("target", target))
            if re.search(
                r"MicrosoftOffice\d*_Data|MS\.Outlook|OneDrive Cached|outlook",
                target,
                re.IGNORECASE,
            ):
                found.append(line.field("office", value=True))
        elif line.text.upper() in {"* NONE *", "*NONE*"}:
            found.append(line.field("empty", value=True))
    if head is not None and not any(field.name in {"office", "empty"} for field in found):
        found.append(head.field("office", value=False))
    return tuple(found)


def print_jobs(text: str) -> tuple[Field, ...]:
    """`Get-PrintJob` as list or table, or a count: jobs, stuck (any job in error, deleting or retained)."""
    counted = [
        line.field("jobs", float(m[1])) for line in lines_of(text) if (m := _JOB_COUNT.match(line.text)) is not None
    ]
    states = [field for field in key_values(text) if field.name == "jobstatus"]
    if not states:
        states = [row["jobstatus"] for row in tables(text) if "jobstatus" in row]
    if not states:
        return tuple(counted)
    stuck = next(
        (f for f in states if re.search(r"error|delet|retain|blocked|paused", str(f.value), re.IGNORECASE)),
        None,
    )
    shown = stuck or states[0]
    return (
        *counted,
        Field("jobs", float(len(states)), states[0].start, states[0].end),
        Field("stuck", stuck is not None, shown.start, shown.end),
    )


def disk_usage(text: str) -> tuple[Field, ...]:
    """Our own list of `...GB` places: each place's size, and `largest` (its name, or none when no place holds 8 GB).

    Profiles are large on every computer: they count as largest only from 40 GB.
    """
    sizes = [
        (field.name.removesuffix("gb"), number_in(str(field.value)), field)
        for field in key_values(text)
        if field.name in {"updategb", "tempgb", "recyclegb", "usersgb", "logsgb", "databasegb"}
    ]
    known = [(name, size, field) for name, size, field in sizes if size is not None]
    if not known:
        return ()
    found = [Field(name, size, field.start, field.end) for name, size, field in known]
    heavy = [entry for entry in known if entry[1] >= (40 if entry[0] == "users" else 8)]
    name, _, field = max(heavy or known, key=lambda entry: (entry[1] / (4 if entry[0] == "users" else 1), entry[0]))
    found.append(Field("largest", name if heavy else "none", field.start, field.end))
    return tuple(found)


def shadow_storage(text: str) -> tuple[Field, ...]:
    """`vssadmin list shadowstorage`: used_percent of the volume."""
    for line in lines_of(text):
        if line.text.startswith("Used Shadow Copy Storage space:"):
            match = re.search(r"\((\d+)%\)", line.text)
            if match is not None:
                return (line.field("used_percent", float(match[1])),)
    return ()
