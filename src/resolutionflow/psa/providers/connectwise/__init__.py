"""ConnectWise PSA (Manage)."""

from resolutionflow.psa.providers.connectwise.vendor import CONNECTWISE

__all__ = ["CONNECTWISE"]
