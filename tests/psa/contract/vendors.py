"""The vendors that take part."""

from __future__ import annotations

from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.connectwise import ConnectWiseHarness
from tests.psa.contract.halopsa import HaloHarness
from tests.psa.contract.harness import Harness

HARNESSES: tuple[type[Harness], ...] = (ConnectWiseHarness, HaloHarness, AutotaskHarness)
