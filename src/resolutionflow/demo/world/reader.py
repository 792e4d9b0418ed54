"""Typed access to the YAML of the demo world: values are checked where they are read, a leftover key is an error."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar, cast

import yaml

from resolutionflow.demo.world.errors import WorldError

T = TypeVar("T", str, int, bool)

_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


class Reader:
    """One mapping of a data file. Take each key once; `done()` complains about keys nobody took."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise WorldError(f"{where}: a mapping is expected")
        self.where = where
        self._data: dict[object, object] = dict(cast("dict[object, object]", data))

    def text(self, key: str, default: str | None = None) -> str:
        return self._take(key, str, default)

    def number(self, key: str, default: int | None = None) -> int:
        return self._take(key, int, default)

    def flag(self, key: str) -> bool:
        return self._take(key, bool, False)

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self._data else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; missing = empty."""
        return tuple(self._checked(item, str, key) for item in self._list(key))

    def children(self, key: str) -> list[Reader]:
        """A list of mappings; missing = empty."""
        return [Reader(item, f"{self.where}.{key}[{number}]") for number, item in enumerate(self._list(key))]

    def done(self) -> None:
        if self._data:
            raise WorldError(f"{self.where}: unknown keys {sorted(map(str, self._data))}")

    def _list(self, key: str) -> list[object]:
        value = self._data.pop(key, [])
        if not isinstance(value, list):
            raise WorldError(f"{self.where}.{key}: a list is expected")
        return cast("list[object]", value)

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        if key not in self._data:
            if default is None:
                raise WorldError(f"{self.where}: {key} is missing")
            return default
        return self._checked(self._data.pop(key), kind, key)

    def _checked(self, value: object, kind: type[T], key: str) -> T:
        if type(value) is not kind:
            raise WorldError(f"{self.where}.{key}: {kind.__name__} is expected, not {value!r}")
        return value


def read_file(name: str) -> Reader:
    """The data file `name` of this package as one mapping."""
    return _read(_data().joinpath(name))


def read_folder(name: str) -> list[Reader]:
    """Every YAML file of one folder, in the order of their names."""
    files = [item for item in _data().joinpath(name).iterdir() if item.name.endswith(".yaml")]
    return [_read(item) for item in sorted(files, key=lambda item: item.name)]


def _data() -> Traversable:
    return resources.files("resolutionflow.demo.world").joinpath("data")


def _read(item: Traversable) -> Reader:
    try:
        parsed: object = yaml.load(item.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - the safe loader, in C if there is one
    except yaml.YAMLError as problem:
        raise WorldError(f"{item.name}: {problem}") from problem
    return Reader(parsed, item.name)
