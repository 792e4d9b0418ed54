"""Where a model server may be: public https, the operator's list, and this machine when nobody else reaches the product."""

from __future__ import annotations

from resolutionflow.kit.netguard import Target, UrlPolicy, check_url
from resolutionflow.settings import Settings

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})


def url_policy(settings: Settings) -> UrlPolicy:
    """The rules for base URLs of model servers (`RF_LLM_PRIVATE_HOSTS`)."""
    return UrlPolicy(UrlPolicy.parse_hosts(settings.llm_private_hosts), settings.loopback_only, LOOPBACK_NAMES)


def check_base_url(settings: Settings, url: str) -> Target:
    """Where a base URL leads. Raises `UrlRefused` naming the broken rule; resolves nothing."""
    return check_url(url, url_policy(settings))
