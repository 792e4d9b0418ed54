"""The part of the library a model is shown: flows that fit the case as it was first told, so that it stays the same all session long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, cast

from resolutionflow.pilot.contract import FlowKnowledge, SuggestedFlow, TurnContext
from resolutionflow.pilot.engines.guide import GuideEngine

_MAX_FLOW_TEXT: Final = 2_400
_GUIDE: Final = GuideEngine()


def fitting_at_first(context: TurnContext) -> tuple[SuggestedFlow, ...]:
    """The flows that fit the case as it began, best first."""
    return _GUIDE.suggested_flows(_begun(context))


def is_at_its_beginning(context: TurnContext) -> bool:
    """Whether nothing is known yet but how the case began."""
    return context == _begun(context)


def _begun(context: TurnContext) -> TurnContext:
    # The ranking must not move while the case is worked: only how it began counts.
    first = next((message.text for message in context.history if message.role == "engineer"), context.message)
    return replace(context, message=first, history=(), lane=(), facts=(), fixes=(), hypotheses=(), images=())


def library_text(flows: Iterable[FlowKnowledge], fitting: Iterable[SuggestedFlow]) -> str:
    """The fitting flows with what they ask and resolve; empty when none fits."""
    by_slug = {flow.slug: flow for flow in flows}
    return "\n\n".join(_flow_text(by_slug[one.slug]) for one in fitting if one.slug in by_slug)


def _flow_text(flow: FlowKnowledge) -> str:
    return "\n".join([f"Flow: {flow.name}", *_lines(flow.definition)])[:_MAX_FLOW_TEXT]


def _lines(definition: dict[str, Any]) -> Iterator[str]:
    symptoms = [str(one) for one in cast("list[Any]", definition.get("symptoms") or [])]
    if symptoms:
        yield f"Symptoms: {'; '.join(symptoms)}"
    for node in _nodes(definition):
        match node.get("type"):
            case "decision":
                options = [str(one.get("label", "")) for one in cast("list[dict[str, Any]]", node.get("options") or [])]
                yield f"- Ask: {node.get('question', '')} ({' / '.join(options)})"
            case "action":
                yield f"- Check: {node.get('title', '')}"
            case "solution":
                slug = node.get("script_template_slug")
                yield f"- Solution: {node.get('title', '')}" + (f" (script template {slug})" if slug else "")
            case _:
                pass


def _nodes(definition: dict[str, Any]) -> list[dict[str, Any]]:
    nodes: Any = definition.get("nodes") or []
    values = cast("dict[str, Any]", nodes).values() if isinstance(nodes, dict) else cast("list[Any]", nodes)
    return [cast("dict[str, Any]", node) for node in values if isinstance(node, dict)]
