"""A JSON object in a request: every key is taken by its type, what nobody takes is refused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, Final

from resolutionflow.demo.simkit.clock import stamp
from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.records import Record

BIGGEST_ID: Final = 2**31 - 1


class Body(ABC):
    """`done()` refuses what is left and writes it into `unknown_keys`. A vendor's subclass words the refusals."""

    def __init__(self, data: Record, unknown_keys: list[str]) -> None:
        self._data = dict(data)
        self._unknown_keys = unknown_keys

    @abstractmethod
    def invalid(self, key: str, message: str) -> Refusal:
        """The refusal of a value."""

    @abstractmethod
    def unrecognised(self, key: str) -> Refusal:
        """The refusal of a key."""

    def has(self, key: str) -> bool:
        return key in self._data

    def take(self, key: str) -> Any:
        """The value as it is, taken."""
        return self._data.pop(key, None)

    def text(self, key: str, default: str | None = "", limit: int = 1_000_000) -> str | None:
        value = self.take(key)
        return default if value is None else self.text_value(value, key, limit)

    def required(self, key: str, limit: int = 1_000_000) -> str:
        value = self.text(key, None, limit)
        if value is None or not value.strip():
            raise self.invalid(key, f"The {key} field is required.")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.take(key)
        return default if value is None else self.flag_value(value, key)

    def number(self, key: str) -> float | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -100_000 < value < 100_000:
            raise self.invalid(key, f"{key} must be a number.")
        return float(value)

    def identity(self, key: str) -> int | None:
        """A plain id."""
        value = self.take(key)
        return None if value is None else self.id_value(value, key)

    def moment(self, key: str) -> datetime | None:
        value = self.text(key, None, 40)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value)
            stamp(found)
        except (ValueError, OverflowError) as problem:
            raise self.invalid(key, f"{key} is not a date.") from problem
        return found

    def done(self) -> None:
        if self._data:
            self._unknown_keys += sorted(self._data)
            raise self.unrecognised(min(self._data)[:100])

    def text_value(self, value: Any, key: str, limit: int) -> str:
        if not isinstance(value, str) or "\x00" in value:
            raise self.invalid(key, f"{key} must be a text.")
        if len(value) > limit:
            raise self.invalid(key, f"The field {key} exceeded the maximum length of {limit}.")
        return value

    def flag_value(self, value: Any, key: str) -> bool:
        if not isinstance(value, bool):
            raise self.invalid(key, f"{key} must be true or false.")
        return value

    def id_value(self, value: Any, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= BIGGEST_ID:
            raise self.invalid(key, f"{key} must be an id.")
        return value
