"""The model server on a loopback port, in a thread of its own; its routes and its control interface."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from resolutionflow.demo.models.anthropic import Messages
from resolutionflow.demo.models.google import GenerateContent
from resolutionflow.demo.models.openai import ChatCompletions
from resolutionflow.demo.models.script import KEY, Change, Recorded, Script
from resolutionflow.demo.models.wire import endpoint
from resolutionflow.demo.simkit.server import LoopbackServer

DEFAULT_PORT: Final = 8104


def create_app(script: Script) -> Starlette:
    """The three protocols, and `/__sim/script` to look at and change what is said."""
    return Starlette(
        routes=[
            Route("/v1/messages", endpoint(Messages(), script), methods=["POST"]),
            Route("/v1/chat/completions", endpoint(ChatCompletions(), script), methods=["POST"]),
            Route(
                "/v1beta/models/{model}:streamGenerateContent", endpoint(GenerateContent(), script), methods=["POST"]
            ),
            Route("/__sim/script", _control(script), methods=["GET", "POST", "DELETE"]),
        ]
    )


def _control(script: Script) -> Any:
    async def respond(request: Request) -> Response:
        if "origin" in request.headers:
            return JSONResponse({"message": "The control interface does not answer web pages."}, 403)
        if request.method == "DELETE":
            script.reset()
        elif request.method == "POST":
            try:
                _change(script, Change.model_validate_json(await request.body()))
            except ValidationError as problem:
                return JSONResponse({"message": str(problem)}, 400)
        seen = [{"protocol": one.protocol, "path": one.path, "body": one.body} for one in script.requests]
        return JSONResponse({"requests": seen, "finished": script.finished})

    return respond


def _change(script: Script, change: Change) -> None:
    script.queue(*change.queue)
    script.rules += change.rules
    if change.default is not None:
        script.default = change.default


class ModelServer(LoopbackServer):
    """Use as a context manager, or `start()` and `stop()`."""

    def __init__(self, *, port: int = 0, key: str = KEY) -> None:
        self.script = Script(key=key)
        super().__init__(create_app(self.script), name="model server", port=port, force=True)

    @property
    def requests(self) -> list[Recorded]:
        return self.script.requests

    def base_url(self, provider: str) -> str:
        """What to enter as the base URL for a family of providers."""
        return f"{self.url}/v1" if provider == "openai_compatible" else self.url
