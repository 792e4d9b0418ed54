"""The engine that asks a language model."""

from resolutionflow.pilot.engines.llm.engine import LlmEngine, Means

__all__ = ["LlmEngine", "Means"]
