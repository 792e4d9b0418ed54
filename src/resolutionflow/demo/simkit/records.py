"""The plainest shapes: a record as JSON shows it, a table of them by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]
Table = dict[int, Record]


def by_id(rows: Iterable[Record]) -> Table:
    return {row["id"]: row for row in rows}
