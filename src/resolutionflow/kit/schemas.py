"""Bases of all request and response models."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

T = TypeVar("T")


def _no_nul(value: Any) -> Any:
    if isinstance(value, str):
        if "\x00" in value:
            message = "must not contain NUL characters"
            raise ValueError(message)
        # A lone surrogate cannot be stored as UTF-8.
        if any("\ud800" <= char <= "\udfff" for char in value):
            message = "must be valid Unicode"
            raise ValueError(message)
    elif isinstance(value, dict):
        for key, item in cast("dict[Any, Any]", value).items():
            _no_nul(key)
            _no_nul(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            _no_nul(item)
    return cast("Any", value)


class In(BaseModel):
    """Base of request bodies: unknown fields, NUL characters and broken Unicode are refused, strings are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_nul(cls, data: Any) -> Any:
        return _no_nul(data)


class Out(BaseModel):
    """Base of answers. Fields have no defaults, so that generated types are exact."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _not_blank(value: str) -> str:
    if not value.strip():
        message = "must not be blank"
        raise ValueError(message)
    return value


RawText = Annotated[str, StringConstraints(strip_whitespace=False)]
"""Text whose white space is kept (scripts, outputs, Markdown); blank is allowed."""

FilledRawText = Annotated[str, StringConstraints(strip_whitespace=False), AfterValidator(_not_blank)]
"""Text whose white space is kept and that holds more than white space."""


class Page(Out, Generic[T]):
    """A keyset page. `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None
