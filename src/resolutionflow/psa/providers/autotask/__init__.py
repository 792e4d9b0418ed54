"""Autotask PSA (Datto)."""

from resolutionflow.psa.providers.autotask.vendor import AUTOTASK

__all__ = ["AUTOTASK"]
