"""The host a person types in for a PSA that has one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints


def cut_site(text: str) -> str:
    """The host of a pasted address. A loopback simulator (`http://127.0.0.1:8101`) keeps scheme and port."""
    text = text.strip()
    parts = urlsplit(text if "//" in text else f"https://{text}")
    if parts.scheme == "http" and parts.hostname == "127.0.0.1":
        return f"http://{parts.netloc}"
    return parts.netloc.lower()


def site_origin(site: str) -> str:
    """`https://host` of a configured site; a loopback simulator keeps its own scheme and port."""
    return site.rstrip("/") if site.startswith("http://") else f"https://{site}"


Site = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(cut_site)]
