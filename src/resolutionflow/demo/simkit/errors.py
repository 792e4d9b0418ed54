"""Refusals: of the simulated API, in its vendor's shape, and of the control interface."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Refusal(Exception, ABC):
    """The API says no. A vendor's subclass knows the shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @abstractmethod
    def body(self) -> object:
        """The JSON the vendor sends."""


class ControlError(ValueError):
    """A control request that cannot be understood or done."""
