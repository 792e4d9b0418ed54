"""A model server that runs on this machine: three wire protocols, scripted replies, every trouble a real one can make.

Shares no code with the adapter it is used to test (`llm/`).
"""

from resolutionflow.demo.models.script import Reply, Rule
from resolutionflow.demo.models.server import ModelServer

__all__ = ["ModelServer", "Reply", "Rule"]
