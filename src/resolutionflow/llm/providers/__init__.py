"""One module a family of model servers, each over the vendor's own client library, imported on first use."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import cast

from resolutionflow.llm.contract import ProviderName
from resolutionflow.llm.providers.base import Provider

_MODULES: dict[ProviderName, str] = {
    "anthropic": "resolutionflow.llm.providers.anthropic",
    "google": "resolutionflow.llm.providers.google",
    "openai_compatible": "resolutionflow.llm.providers.openai",
}
_loaded: dict[ProviderName, Provider] = {}


def load(name: ProviderName) -> Provider:
    """The adapter of a family. The first call imports the vendor's library, which takes a second or more."""
    _loaded[name] = cast("Provider", import_module(_MODULES[name]))
    return _loaded[name]


async def loaded(name: ProviderName) -> Provider:
    """As `load`; what takes long is done in a thread, so that it does not hold up everybody else."""
    return _loaded.get(name) or await asyncio.to_thread(load, name)
