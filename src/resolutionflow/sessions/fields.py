"""Field types of the request bodies of this package."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

from resolutionflow.kit.schemas import FilledRawText


class _Absent:
    """Makes `T | None = None` a field that may be left out but may not be null, in validation and in the JSON schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


def _drop_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


OPTIONAL = _Absent()
"""Annotation: the field may be absent (None in code), never null on the wire."""

NO_DEFAULT = Field(json_schema_extra=_drop_default)

SessionStatus = Literal["active", "paused", "escalated", "requesting_escalation", "resolved", "abandoned"]
OPEN: tuple[SessionStatus, ...] = (
    "active",
    "paused",
    "escalated",
    "requesting_escalation",
)
CLOSED: tuple[SessionStatus, ...] = ("resolved", "abandoned")
IN_TRANSIT: tuple[SessionStatus, ...] = ("escalated", "requesting_escalation")

Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]
FactText = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
MessageText = Annotated[str, StringConstraints(min_length=1, max_length=50_000, pattern=r"\S")]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"\S")]
Script = Annotated[FilledRawText, Field(max_length=50_000, min_length=1)]
Markdown = Annotated[FilledRawText, Field(max_length=20_000, min_length=1)]
