"""Outputs about disks: free space, chkdsk, shadow copies, df, what fills a drive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from resolutionflow.pilot.outputs.fields import Field, Says, at_least, below, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import key_values, named, number_in, of_match, tables

_SIZE = re.compile(r"(-?\d{1,18}(?:[.,]\d{1,6})?) *(TB|GB|MB|KB|B)?\b", re.IGNORECASE)
_UNITS = {"TB": 1024.0, "GB": 1.0, "MB": 1 / 1024, "KB": 1 / 1024**2, "B": 1 / 1024**3}
_SPACE_NAMES = {
    "freegb": "free_gb", "free": "free_gb", "sizeremaining": "free_gb", "usedgb": "used_gb", "used": "used_gb",
    "sizegb": "size_gb", "size": "size_gb", "freepercent": "free_percent", "percentfree": "free_percent",
}  # fmt: skip
_SPACE_NEEDS = frozenset({"freegb", "sizeremaining", "freepercent", "percentfree"})
_GB = frozenset({"free_gb", "used_gb", "size_gb"})
_DRIVE = re.compile(r"[A-Z]:?\\?$")


def _drive_space(page: Page) -> Iterator[Field]:
    """All drives, the system drive (or the one named first) in front."""
    rows = [row for row in tables(page) if _SPACE_NEEDS & row.keys()]
    if not rows:
        listed = [entry.field() for entry in key_values(page)]
        rows = _split([field for field in listed if field.value != ""])
    drives = [drive for row in rows if (drive := list(_drive(row)))]
    drives.sort(key=lambda drive: not any(field.name == "drive" and field.value == "C" for field in drive))
    for group, drive in enumerate(drives, 1):
        yield from (Field(f.name, f.value, f.start, f.end, f.at, f.until, group) for f in drive)


def _split(fields: Sequence[Field]) -> list[dict[str, Field]]:
    """Records of a list; a new one begins where a name comes again."""
    rows: list[dict[str, Field]] = [{}]
    for field in fields:
        if field.name in rows[-1]:
            rows.append({})
        rows[-1][field.name] = field
    return [row for row in rows if _SPACE_NEEDS & row.keys()]


def _drive(row: dict[str, Field]) -> Iterator[Field]:
    found: dict[str, Field] = {}
    for key, field in row.items():
        name, text = _SPACE_NAMES.get(key), str(field.value)
        value = _gigabytes(text) if name in _GB else number_in(text)
        if name is not None and value is not None and name not in found:
            found[name] = named(field, name, value)
    if not found.keys() & {"free_gb", "free_percent"}:
        return
    letter = row.get("name") or row.get("driveletter") or row.get("deviceid")
    if letter is not None and _DRIVE.match(str(letter.value)):
        yield named(letter, "drive", str(letter.value)[0])
    yield from found.values()
    percent = _percent(found)
    if percent is not None and "free_percent" not in found:
        yield named(found["free_gb"], "free_percent", percent)


def _gigabytes(text: str) -> float | None:
    hit = _SIZE.search(text)
    if hit is None:
        return None
    number = float(hit[1].replace(",", "."))
    # A bare number beyond any disk in GB is a count of bytes.
    unit = (hit[2] or ("B" if number > 1_000_000 else "GB")).upper()
    return number * _UNITS[unit]


def _percent(found: dict[str, Field]) -> float | None:
    free, used, size = (found.get(name) for name in ("free_gb", "used_gb", "size_gb"))
    if free is None:
        return None
    total = float(size.value) if size else float(free.value) + float(used.value) if used else 0.0
    return round(100 * float(free.value) / total, 1) if total > 0 else None


_PLACES = frozenset({"updategb", "tempgb", "recyclegb", "usersgb", "logsgb", "databasegb"})


def _disk_usage(page: Page) -> Iterator[Field]:
    """Profiles are large on every computer: they count as largest only from 40 GB, other places from 8 GB."""
    known = [
        (entry.name.removesuffix("gb"), size, entry)
        for entry in key_values(page)
        if entry.name in _PLACES and (size := number_in(entry.text)) is not None
    ]
    if not known:
        return
    for name, size, entry in known:
        yield entry.field(size, name=name)
    heavy = [place for place in known if place[1] >= (40 if place[0] == "users" else 8)]
    name, _, entry = max(heavy or known, key=lambda place: (place[1] / (4 if place[0] == "users" else 1), place[0]))
    yield entry.field(name if heavy else "none", name="largest")


_SHADOW = re.compile(
    r"(?<!\S)(Used|Allocated|Maximum) Shadow Copy Storage space: {1,10}(\d{1,12}(?:[.,]\d{1,6})?) (TB|GB|MB|KB|B) \((\d{1,3})%\)"
)


def _shadow(page: Page) -> Iterator[Field]:
    for hit in _SHADOW.finditer(page.text):
        name = hit[1].lower()
        yield of_match(hit, f"{name}_percent", float(hit[4]), 4)
        yield of_match(hit, f"{name}_gb", float(hit[2].replace(",", ".")) * _UNITS[hit[3]], 2)


_FS = re.compile(r"The type of the file system is (\w{2,8})")
_CLEAN = re.compile(
    r"Windows has scanned the file system and found no problems|no further action is required", re.IGNORECASE
)
_FAULTY = re.compile(
    r"Windows has found problems(?: with the file system)?|Errors (?:were )?(?:found|detected)\.?"
    r"|found problems with the file system|The volume is dirty|(?:is|Volume - \w: is) Dirty"
    r"|Windows has made corrections to the file system",
    re.IGNORECASE,
)
_BAD = re.compile(r"(?<!\S)(\d{1,15}) KB in bad sectors")


def _chkdsk(page: Page) -> Iterator[Field]:
    text = page.text
    system, faulty, clean, bad = _FS.search(text), _FAULTY.search(text), _CLEAN.search(text), _BAD.search(text)
    if system is None and bad is None and clean is None:
        return
    if system is not None:
        yield of_match(system, "file_system", system[1], 1)
    shown = faulty or clean
    if shown is not None:
        yield of_match(shown, "clean", faulty is None)
    if bad is not None:
        yield of_match(bad, "bad_kb", float(bad[1]), 1)


_DF_HEAD = re.compile(
    r"(?<!\S)Filesystem {1,60}(?:Type {1,20})?(?:Size|1K-blocks|1024-blocks) {1,20}Used {1,20}Avail(?:able)? {1,20}(?:Use%|Capacity) {1,20}Mounted on"
)
_DF = re.compile(
    r"(?<!\S)(\S{1,200})\s{1,120}(?:([a-z][a-z0-9.]{1,12}) {1,20})?(\d[\d.,]{0,15}[KMGTP]?)"
    r" {1,20}(\d[\d.,]{0,15}[KMGTP]?) {1,20}(-?\d[\d.,]{0,15}[KMGTP]?) {1,20}(\d{1,3})% {1,20}(/\S{0,200})"
)


def _df(page: Page) -> Iterator[Field]:
    head = _DF_HEAD.search(page.text)
    if head is None:
        return
    for group, hit in enumerate(_DF.finditer(page.text, head.end()), 1):
        yield of_match(hit, "filesystem", hit[1], 1, group=group)
        yield of_match(hit, "size", hit[3], 3, group=group)
        yield of_match(hit, "available", hit[5], 5, group=group)
        yield of_match(hit, "used_percent", float(hit[6]), 6, group=group)
        yield of_match(hit, "mount", hit[7], 7, group=group)


PARSERS = (
    parser(
        "drive_space",
        _drive_space,
        "drive text, free_gb number:GB, used_gb number:GB, size_gb number:GB, free_percent number:%",
        asked=r"\bGet-PSDrive\b|\bGet-Volume\b|\bWin32_LogicalDisk\b",
        signs=r"Free ?\(?GB|SizeRemaining|FreePercent|PercentFree",
        says=(
            Says("free_gb", None, "Drive {drive} has {free_gb} GB free", 3),
            Says("free_gb", None, "{free_gb} GB are free", 3),
            Says("free_percent", below(15), "Only {free_percent}% of drive {drive} is free", 5),
            Says("free_percent", below(15), "Only {free_percent}% of the drive is free", 5),
            Says("free_percent", None, "{free_percent}% of the drive is free", 3),
        ),
    ),
    parser(
        "disk_usage",
        _disk_usage,
        "update number:GB, temp number:GB, recycle number:GB, users number:GB, logs number:GB, database number:GB, largest text",
        asked=r"SoftwareDistribution",
        signs=r"\b(?:Update|Temp|Recycle|Users|Logs|Database)GB",
        says=(
            Says("largest", "update", "The update folder holds {update} GB", 4),
            Says("largest", "temp", "The temporary folders hold {temp} GB", 4),
            Says("largest", "recycle", "The recycle bin holds {recycle} GB", 4),
            Says("largest", "users", "The user folders hold {users} GB", 4),
            Says("largest", "logs", "The log folders hold {logs} GB", 4),
            Says("largest", "database", "The database folder holds {database} GB", 4),
        ),
    ),
    parser(
        "shadow_storage",
        _shadow,
        "used_percent number:%, used_gb number:GB, allocated_percent number:%, allocated_gb number:GB, "
        "maximum_percent number:%, maximum_gb number:GB",
        asked=r"\bvssadmin\b",
        signs=r"Shadow Copy Storage space",
        says=(Says("used_percent", None, "Shadow copies use {used_percent}% of the volume", 4),),
    ),
    parser(
        "chkdsk",
        _chkdsk,
        "file_system text, clean flag, bad_kb number:KB",
        asked=r"\bchkdsk\b|\bRepair-Volume\b",
        signs=r"type of the file system|KB in bad sectors|scanned the file system",
        says=(
            Says("clean", when=False, text="The file system has problems", weight=5),
            Says("clean", when=True, text="The file system has no problems", weight=4),
            Says("bad_kb", None, "{bad_kb} KB are in bad sectors", 3),
        ),
    ),
    parser(
        "df",
        _df,
        "filesystem text, size text, available text, used_percent number:%, mount text",
        asked=r"\bdf\b",
        signs=r"Mounted on",
        says=(
            Says("used_percent", at_least(90), "{filesystem} on {mount} is {used_percent}% full", 5),
            Says("used_percent", None, "{filesystem} on {mount} is {used_percent}% full", 2),
        ),
    ),
)
