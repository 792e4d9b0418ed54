"""Rough token counts, for budgets and trimming only: what is billed is what the provider counts."""

from __future__ import annotations

from typing import Final

from resolutionflow.llm.contract import ModelRequest

CHARACTERS_A_TOKEN: Final = 4
TOKENS_AN_IMAGE: Final = 1600


def estimate_text(characters: int) -> int:
    """Tokens of a text of this length, at least one when there is any."""
    return -(-characters // CHARACTERS_A_TOKEN)


def estimate_request(request: ModelRequest) -> int:
    """Tokens of everything that is sent."""
    characters = sum(len(block.text) for block in request.system) + sum(len(one.text) for one in request.messages)
    images = sum(len(message.images) for message in request.messages)
    return estimate_text(characters) + images * TOKENS_AN_IMAGE
