"""The PSAs this product knows."""

from __future__ import annotations

from collections.abc import Mapping

from resolutionflow.psa.providers.autotask import AUTOTASK
from resolutionflow.psa.providers.connectwise import CONNECTWISE
from resolutionflow.psa.providers.contract import ProviderName
from resolutionflow.psa.providers.halopsa import HALOPSA
from resolutionflow.psa.providers.vendor import Vendor

VENDORS: Mapping[ProviderName, Vendor] = {vendor.name: vendor for vendor in (CONNECTWISE, HALOPSA, AUTOTASK)}
