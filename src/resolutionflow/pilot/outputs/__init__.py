"""Reading pasted command output without a model: typed fields and short facts, each with the characters that prove it.

Used by the Guide's matchers (`parse_output`), by the drafter of facts and for a model's context (`observations`). A parser is found by
what the text holds; text that is nobody's output gives nothing and stays a quote.
"""

from resolutionflow.pilot.outputs.fields import Field, FieldSpec, Parser, Value
from resolutionflow.pilot.outputs.observations import Observation, observations
from resolutionflow.pilot.outputs.reading import (
    PARSERS,
    Recognised,
    command_error,
    failed_output,
    parse_output,
    recognise,
)

__all__ = [
    "PARSERS",
    "Field",
    "FieldSpec",
    "Observation",
    "Parser",
    "Recognised",
    "Value",
    "command_error",
    "failed_output",
    "observations",
    "parse_output",
    "recognise",
]
