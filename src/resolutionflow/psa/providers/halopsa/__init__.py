"""HaloPSA."""

from resolutionflow.psa.providers.halopsa.vendor import HALOPSA

__all__ = ["HALOPSA"]
