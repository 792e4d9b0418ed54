"""Looking at a model's reply as the pipeline will: has it anything the engineer can act on?"""

from __future__ import annotations

from resolutionflow.pilot.markers import (
    Actions,
    FixOutcome,
    MarkerBlock,
    MarkerFilter,
    Questions,
    SuggestFix,
    parse_block,
)


def can_be_acted_on(reply: str) -> bool:
    """Whether the reply carries at least one readable question, check, fix or outcome."""
    return any(
        isinstance(parse_block(block), Questions | Actions | SuggestFix | FixOutcome) for block in _blocks(reply)
    )


def blocks(reply: str) -> str:
    """The marker blocks of a reply without the text around them."""
    return "\n".join(f"[{block.name}]{block.body}[/{block.name}]" for block in _blocks(reply))


def _blocks(reply: str) -> list[MarkerBlock]:
    reader = MarkerFilter()
    found = [*reader.feed(reply), *reader.close()]
    return [item for item in found if isinstance(item, MarkerBlock)]
