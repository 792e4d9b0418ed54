"""The Guide: an expert system over published flows, built in and deterministic."""

from resolutionflow.pilot.engines.guide.engine import GuideEngine
from resolutionflow.pilot.engines.guide.settings import GuideSettings

__all__ = ["GuideEngine", "GuideSettings"]
