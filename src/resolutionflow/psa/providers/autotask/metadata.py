"""What this database says of its own records: which fields exist, how long they may be, and the entries of its pick lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from resolutionflow.psa.providers.errors import PsaProtocol

Json = dict[str, Any]

# The lists we read; a database has dozens more, some of thousands of entries.
_WANTED = frozenset(
    {
        "status",
        "priority",
        "queueID",
        "ticketType",
        "serviceLevelAgreementID",
        "noteType",
        "publish",
        "licenseType",
        "configurationItemType",
        "fieldID",
    }
)


@dataclass(frozen=True, slots=True)
class Pick:
    """An entry of a pick list. Values are strings here and numbers in records."""

    value: int
    label: str
    active: bool
    default: bool


@dataclass(frozen=True, slots=True)
class FieldInfo:
    name: str
    type: str
    length: int
    required: bool
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of record."""

    name: str
    fields: dict[str, FieldInfo] = field(repr=False)

    def picks(self, name: str) -> tuple[Pick, ...]:
        """The entries of a field's list, as sorted by the vendor. Raises `PsaProtocol` when the database has no such field."""
        return self._field(name).picks

    def label(self, name: str, value: object) -> str:
        """The words of an entry; empty for one that is not in the list."""
        known = self.fields.get(name)
        return next((pick.label for pick in known.picks if pick.value == value), "") if known else ""

    def flag(self, name: str) -> bool | int:
        """True as this field has it: some flags are kept as numbers."""
        return True if self._field(name).type == "boolean" else 1

    def require(self, names: tuple[str, ...]) -> None:
        """Refuse a filter over a field that does not exist: the service would ignore it and return everything."""
        for name in names:
            self._field(name)

    def known(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.fields)

    def _field(self, name: str) -> FieldInfo:
        found = self.fields.get(name)
        if found is None:
            message = f"Autotask has no field {name} of {self.name} here. Nothing was asked and nothing was changed."
            raise PsaProtocol(message)
        return found


def shortened(answer: Json) -> list[Json]:
    """What is kept of a `fields` answer."""
    rows = answer.get("fields")
    if not isinstance(rows, list) or not rows:
        raise PsaProtocol
    return [_short(cast("Json", row)) for row in cast("list[object]", rows) if isinstance(row, dict)]


def _short(row: Json) -> Json:
    name = row.get("name")
    if not isinstance(name, str):
        raise PsaProtocol
    values = row.get("picklistValues") if name in _WANTED else None
    return {
        "name": name,
        "type": row.get("dataType"),
        "length": row.get("length"),
        "required": row.get("isRequired") is True,
        "picks": [
            _short_pick(cast("Json", item)) for item in cast("list[object]", values or []) if isinstance(item, dict)
        ],
    }


def _short_pick(item: Json) -> Json:
    return {
        "value": item.get("value"),
        "label": item.get("label"),
        "active": item.get("isActive") is not False,
        "default": item.get("isDefaultValue") is True,
        "sort": item.get("sortOrder"),
    }


def entity(name: str, kept: object) -> Entity:
    """The entity from what was kept. Raises `PsaProtocol` for another shape."""
    if not isinstance(kept, list):
        raise PsaProtocol
    found = [_field_info(cast("Json", row)) for row in cast("list[object]", kept)]
    return Entity(name, {item.name: item for item in found})


def _field_info(row: Json) -> FieldInfo:
    rows = sorted(
        cast("list[Json]", row["picks"]), key=lambda item: item["sort"] if isinstance(item["sort"], int) else 0
    )
    picks = tuple(
        Pick(int(str(item["value"])), str(item["label"] or ""), active=item["active"], default=item["default"])
        for item in rows
        if str(item["value"]).lstrip("-").isdigit()
    )
    length = row["length"] if isinstance(row["length"], int) else 0
    return FieldInfo(str(row["name"]), str(row["type"] or ""), length, row["required"], picks)
