"""ConnectWise PSA (Manage)."""

from resolutionflow.psa.providers.connectwise.provider import (
    ConnectWiseProvider,
    connect,
)

__all__ = ["ConnectWiseProvider", "connect"]
