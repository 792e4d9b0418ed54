"""From a complete block to its meaning.

Never raises: what cannot be applied comes back as `Dropped` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast, get_args
from uuid import UUID

from resolutionflow.pilot.contract import Shell
from resolutionflow.pilot.markers.fields import (
    Refused,
    as_array,
    as_object,
    load,
    optional_code,
    optional_text,
    percent,
    required_text,
)
from resolutionflow.pilot.markers.types import (
    MAX_BLOCK_BYTES,
    Action,
    Actions,
    Dropped,
    DropReason,
    FixOutcome,
    Fork,
    ForkOption,
    JsonScalar,
    Marker,
    MarkerBlock,
    MarkerName,
    Promote,
    PromoteSource,
    ProposedOutcome,
    Question,
    Questions,
    SuggestFix,
)

MAX_QUESTIONS: Final = 3
MAX_ACTIONS: Final = 4
MAX_FORK_OPTIONS: Final = 4
_MAX_ANSWER_OPTIONS: Final = 8
_MAX_PARAMETERS: Final = 100

# An engine may repeat the id it was shown; ids are ours to give, so it is read and ignored.
_QUESTION_FIELDS: Final = frozenset({"id", "text", "context", "options"})
_ACTION_FIELDS: Final = frozenset({"id", "label", "command", "description", "shell"})
_PROMOTE_FIELDS: Final = frozenset({"source_type", "source_ref", "text", "summary", "evidence"})
_FIX_FIELDS: Final = frozenset(
    {"title", "description", "confidence", "script_template_slug", "ai_drafted_script", "ai_drafted_parameters"}
)
_OUTCOME_FIELDS: Final = frozenset({"fix_id", "outcome", "reason"})
_FORK_FIELDS: Final = frozenset({"fork_reason", "options"})
_FORK_OPTION_FIELDS: Final = frozenset({"label", "description"})

_SHELLS: Final = frozenset(cast("tuple[str, ...]", get_args(Shell)))
_SOURCES: Final = frozenset({"question", "diagnostic_check", "ai_synthesis"})
_OUTCOMES: Final = frozenset({"success", "failure", "partial"})


def parse_block(block: MarkerBlock) -> Marker | Dropped:
    """The marker this block holds, or why it is dropped."""
    try:
        if len(block.body.encode("utf-8", "surrogatepass")) > MAX_BLOCK_BYTES:
            raise Refused(DropReason.OVERSIZED)
        return _READERS[block.name](load(block.body))
    except Refused as refused:
        return Dropped(block.name, refused.reason, refused.detail)


def _questions(value: object) -> Questions:
    items: dict[str, Question] = {}
    for entry in _items(value):
        found = as_object(entry, _QUESTION_FIELDS, "item")
        question = Question(
            text=required_text(found, "text", cut=500),
            context=optional_text(found, "context", cut=1000),
            options=_options(found),
        )
        items.setdefault(question.text, question)
    return Questions(tuple(items.values())[:MAX_QUESTIONS])


def _options(found: Mapping[str, object]) -> tuple[str, ...]:
    value = found.get("options")
    if value is None:
        return ()
    texts = [
        required_text({"options": option}, "options", cut=200, blank=True) for option in as_array(value, "options")
    ]
    return tuple(dict.fromkeys(text for text in texts if text))[:_MAX_ANSWER_OPTIONS]


def _actions(value: object) -> Actions:
    items: dict[str, Action] = {}
    for entry in _items(value):
        found = as_object(entry, _ACTION_FIELDS, "item")
        command = optional_code(found, "command", limit=8000)
        action = Action(
            label=required_text(found, "label", cut=500),
            description=required_text(found, "description", cut=1000, blank=True),
            command=command,
            shell=_shell(found) if command else None,
        )
        items.setdefault(action.label, action)
    return Actions(tuple(items.values())[:MAX_ACTIONS])


def _shell(found: Mapping[str, object]) -> Shell | None:
    name = optional_text(found, "shell", cut=40).lower()
    if not name:
        return None
    if name not in _SHELLS:
        raise Refused(DropReason.BAD_VALUE, "shell")
    return cast("Shell", name)


def _items(value: object) -> list[object]:
    entries = as_array(value, "body")
    if not entries:
        raise Refused(DropReason.TOO_FEW, "body")
    return entries


def _promote(value: object) -> Promote:
    found = as_object(value, _PROMOTE_FIELDS, "body")
    source = required_text(found, "source_type", cut=40)
    if source not in _SOURCES:
        raise Refused(DropReason.BAD_VALUE, "source_type")
    return Promote(
        source_type=cast("PromoteSource", source),
        source_ref=None if source == "ai_synthesis" else _uuid(found.get("source_ref")),
        text=required_text(found, "text", cut=2000),
        summary=required_text(found, "summary", cut=200, blank=True),
        evidence=optional_text(found, "evidence", cut=10_000),
    )


def _suggest_fix(value: object) -> SuggestFix:
    found = as_object(value, _FIX_FIELDS, "body")
    title = required_text(found, "title", cut=200)
    return SuggestFix(
        title=title,
        description=required_text(found, "description", cut=10_000, blank=True) or title,
        confidence=percent(found, "confidence"),
        script_template_slug=optional_text(found, "script_template_slug", cut=128) or None,
        ai_drafted_script=optional_code(found, "ai_drafted_script", limit=50_000),
        ai_drafted_parameters=_parameters(found.get("ai_drafted_parameters")),
    )


def _parameters(value: object) -> tuple[tuple[str, JsonScalar | tuple[JsonScalar, ...]], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise Refused(DropReason.WRONG_TYPE, "ai_drafted_parameters")
    entries = cast("dict[str, object]", value)
    if len(entries) > _MAX_PARAMETERS:
        raise Refused(DropReason.TOO_LONG, "ai_drafted_parameters")
    return tuple((key, _parameter(entry)) for key, entry in entries.items())


def _parameter(value: object) -> JsonScalar | tuple[JsonScalar, ...]:
    if isinstance(value, list):
        return tuple(_scalar(entry) for entry in cast("list[object]", value))
    return _scalar(value)


def _scalar(value: object) -> JsonScalar:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise Refused(DropReason.WRONG_TYPE, "ai_drafted_parameters")


def _fix_outcome(value: object) -> FixOutcome:
    found = as_object(value, _OUTCOME_FIELDS, "body")
    fix_id = _uuid(found.get("fix_id"))
    if fix_id is None:
        raise Refused(DropReason.BAD_VALUE, "fix_id")
    outcome = required_text(found, "outcome", cut=40)
    if outcome not in _OUTCOMES:
        raise Refused(DropReason.BAD_VALUE, "outcome")
    return FixOutcome(fix_id, cast("ProposedOutcome", outcome), required_text(found, "reason", cut=500, blank=True))


def _fork(value: object) -> Fork:
    found = as_object(value, _FORK_FIELDS, "body")
    options: dict[str, ForkOption] = {}
    for entry in as_array(found.get("options"), "options"):
        fields = as_object(entry, _FORK_OPTION_FIELDS, "options")
        option = ForkOption(
            label=required_text(fields, "label", cut=200),
            description=required_text(fields, "description", cut=1000, blank=True),
        )
        options.setdefault(option.label.casefold(), option)
    if len(options) < 2:
        raise Refused(DropReason.TOO_FEW, "options")
    reason = required_text(found, "fork_reason", cut=500, blank=True)
    return Fork(reason, tuple(options.values())[:MAX_FORK_OPTIONS])


def _uuid(value: object) -> UUID | None:
    if not isinstance(value, str):
        return None
    try:
        return UUID(value.strip())
    except ValueError:
        return None


_READERS: Final[Mapping[MarkerName, Callable[[object], Marker]]] = {
    MarkerName.QUESTIONS: _questions,
    MarkerName.ACTIONS: _actions,
    MarkerName.PROMOTE: _promote,
    MarkerName.SUGGEST_FIX: _suggest_fix,
    MarkerName.FIX_OUTCOME: _fix_outcome,
    MarkerName.FORK: _fork,
}
