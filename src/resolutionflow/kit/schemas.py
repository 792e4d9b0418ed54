"""Bases of all request and response models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Generic, TypeVar, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

T = TypeVar("T")


Place = tuple[str | int, ...]


def _bad_text(value: Any, at: Place = ()) -> Iterator[InitErrorDetails]:
    """Every text below `value` that cannot be stored, with its place; a bad key counts for what holds it."""
    if isinstance(value, str):
        if "\x00" in value:
            yield _fault("must not contain NUL characters", at)
        elif any("\ud800" <= char <= "\udfff" for char in value):
            # A lone surrogate cannot be stored as UTF-8.
            yield _fault("must be valid Unicode", at)
    elif isinstance(value, dict):
        for key, item in cast("dict[Any, Any]", value).items():
            wrong = list(_bad_text(key, at))
            yield from wrong or _bad_text(item, (*at, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _bad_text(item, (*at, index))


def _fault(message: str, at: Place) -> InitErrorDetails:
    return InitErrorDetails(
        type=PydanticCustomError("text", "Value error, {words}", {"words": message}), loc=at, input=None
    )


class In(BaseModel):
    """Base of request bodies: unknown fields, NUL characters and broken Unicode are refused, strings are trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_bad_text(cls, data: Any) -> Any:
        if wrong := list(_bad_text(data)):
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return data


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
