"""Live events: written with their cause, delivered after commit to those who may see them, on every replica."""

from resolutionflow.realtime.events import Audience, LiveEvent, publish

__all__ = ["Audience", "LiveEvent", "publish"]
