"""The ConnectWise provider: reading, writing what was planned, callbacks."""

from __future__ import annotations

from resolutionflow.psa.providers.connectwise.callbacks import ConnectWiseCallbacks
from resolutionflow.psa.providers.connectwise.reading import path_id
from resolutionflow.psa.providers.connectwise.writing import ConnectWiseWrites


class ConnectWiseProvider(ConnectWiseWrites, ConnectWiseCallbacks):
    """Implements `PsaProvider`."""

    def render_note(self, markdown: str) -> str:
        """ConnectWise renders Markdown itself."""
        return markdown.replace("\r\n", "\n").strip()

    def note_text(self, rendered: str) -> str:
        return rendered

    def ticket_url(self, ticket_id: str) -> str:
        return f"{self.http.bases.web}ConnectWise.aspx?routeTo=ServiceFV&recid={path_id(ticket_id)}"
