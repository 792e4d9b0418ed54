"""The built-in engine: flows in, questions, checks, facts and fixes out. No key, no network, no clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

from anyio.lowlevel import checkpoint

from resolutionflow.pilot.contract import EngineModel, EngineName, SuggestedFlow, TurnContext
from resolutionflow.pilot.engines.guide.reasoning import think, weigh
from resolutionflow.pilot.engines.guide.reply import chunks
from resolutionflow.pilot.engines.guide.settings import GuideSettings

_SUGGESTED_MASS = 0.15
_MAX_SUGGESTED = 3


class GuideEngine:
    """Implements `PilotEngine`. Holds settings only: every turn is computed from its context alone."""

    def __init__(self, settings: GuideSettings | None = None) -> None:
        self._settings = settings or GuideSettings()

    @property
    def name(self) -> EngineName:
        return "guide"

    @property
    def model(self) -> EngineModel | None:
        return None

    def usage(self) -> dict[str, int]:
        return {}

    async def run(self, context: TurnContext) -> AsyncIterator[str]:
        """The reply, about a sentence or a marker block a chunk. Thinking happens before the first chunk, in one go."""
        for chunk in self.reply(context):
            await checkpoint()
            yield chunk

    def reply(self, context: TurnContext) -> tuple[str, ...]:
        """The chunks of `run`, for callers that need no stream."""
        thought = think(context, self._settings)
        return tuple(chunk for chunk in chunks(thought, self._settings) if chunk)

    def suggested_flows(self, context: TurnContext) -> tuple[SuggestedFlow, ...]:
        """Flows that fit this session, best first; none when the guide knows none."""
        weighed = weigh(context, self._settings)
        if not weighed.known:
            return ()
        shares = [(weighed.beliefs.of_flow(index), thread.flow) for index, thread in enumerate(weighed.beliefs.threads)]
        ordered = sorted(shares, key=lambda entry: (-entry[0], entry[1].slug))
        return tuple(SuggestedFlow(flow.slug, flow.name) for share, flow in ordered if share >= _SUGGESTED_MASS)[
            :_MAX_SUGGESTED
        ]
