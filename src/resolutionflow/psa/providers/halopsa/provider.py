"""The HaloPSA provider."""

from __future__ import annotations

from resolutionflow.psa.providers.halopsa import markup
from resolutionflow.psa.providers.halopsa.hooks import HaloHooks
from resolutionflow.psa.providers.halopsa.reading import path_id
from resolutionflow.psa.providers.halopsa.writing import HaloWrites


class HaloProvider(HaloWrites, HaloHooks):
    """Implements `PsaProvider`."""

    def render_note(self, markdown: str) -> str:
        """Sanitised HTML."""
        return markup.to_html(markdown)

    def note_text(self, rendered: str) -> str:
        return markup.to_text(rendered)

    def ticket_url(self, ticket_id: str) -> str:
        return f"{self.http.bases.web}/tickets?id={path_id(ticket_id)}"
