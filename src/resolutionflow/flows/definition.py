"""The typed definition of a troubleshooting flow: what `flow_versions.definition` holds and what the Guide reasons over.

A definition is a tree of decision, action and solution nodes with, beside the words a person reads, what a machine needs to
answer a node from a ticket or from pasted output (`evidence_patterns`). Models check shapes only; `validation.validate_flow`
checks how the nodes hang together and lists every error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

CommandShell: TypeAlias = Literal["powershell", "bash", "cmd", "python", "network"]
Risk: TypeAlias = Literal["read_only", "changes", "destructive", "unknown"]
Automation: TypeAlias = Literal["script", "gui", "both"]
Scope: TypeAlias = Literal["any", "ticket", "message", "output"]
TicketField: TypeAlias = Literal[
    "summary",
    "description",
    "notes",
    "board",
    "status",
    "priority",
    "type",
    "company",
    "contact",
    "contact_email",
    "site",
    "configuration_name",
    "configuration_type",
    "configuration_os",
    "configuration_ip",
]
Operator: TypeAlias = Literal["eq", "ne", "contains", "matches", "gt", "ge", "lt", "le", "in", "present", "absent"]
Scalar: TypeAlias = str | int | float | bool
NodeId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
VariableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RegexMatcher(_Strict):
    """A regular expression (case-insensitive, multi-line). Named groups become variables of the flow."""

    kind: Literal["regex"]
    pattern: str
    scope: Scope = "any"
    option: str | None = None


class ParsedMatcher(_Strict):
    """A field of a known command's output. `bind` keeps the field's value as a variable.

    `own` (the default) reads only the output of this node's own command; `any` reads every pasted output.
    """

    kind: Literal["parsed"]
    command: str
    field: str
    op: Operator = "eq"
    value: Scalar | tuple[Scalar, ...] | None = None
    where: Literal["own", "any"] = "own"
    bind: VariableName | None = None
    option: str | None = None


class TicketMatcher(_Strict):
    """A ticket or company field, compared without regard to case."""

    kind: Literal["ticket"]
    field: TicketField
    op: Literal["eq", "contains", "matches"] = "contains"
    value: str
    option: str | None = None


class KeywordMatcher(_Strict):
    """Any of these words or phrases, as whole words, without regard to case."""

    kind: Literal["keyword"]
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    scope: Scope = "any"
    option: str | None = None


EvidencePattern: TypeAlias = Annotated[
    RegexMatcher | ParsedMatcher | TicketMatcher | KeywordMatcher,
    Field(discriminator="kind"),
]


class Option(_Strict):
    """One answer of a decision. `fact` is what the answer proves, `rules_out` what it excludes."""

    id: NodeId
    label: Annotated[str, Field(max_length=200)]
    next: str
    fact: str | None = None
    rules_out: str | None = None
    keywords: tuple[str, ...] = ()


class Decision(_Strict):
    """A question with two to eight answers. The matchers of `evidence_patterns` name the option they answer."""

    type: Literal["decision"]
    id: NodeId
    question: Annotated[str, Field(max_length=500)]
    help_text: str | None = None
    options: tuple[Option, ...]
    evidence_patterns: tuple[EvidencePattern, ...] = ()
    minutes: Annotated[float, Field(gt=0)] = 1.0


class Command(_Strict):
    """A complete command; `[VAR:name]` is filled in when it is shown."""

    shell: CommandShell
    code: Annotated[str, Field(max_length=8000)]
    label: str | None = None


class ActionResult(_Strict):
    """One way an action can turn out, and the output that shows it. The first result that matches an output wins."""

    label: Annotated[str, Field(max_length=200)]
    next: str
    fact: str | None = None
    rules_out: str | None = None
    evidence_patterns: tuple[EvidencePattern, ...] = ()


class Action(_Strict):
    """Something to look at: commands, or a step in a user interface when there are none."""

    type: Literal["action"]
    id: NodeId
    title: Annotated[str, Field(max_length=500)]
    description: Annotated[str, Field(max_length=1000)]
    commands: tuple[Command, ...] = ()
    expected_outcome: str = ""
    results: tuple[ActionResult, ...] = ()
    next: str | None = None
    minutes: Annotated[float, Field(gt=0)] = 2.0
    risk: Risk = "read_only"


class DraftedScript(_Strict):
    """A script of the flow itself, used where no library template is named. `parameters` maps keys to text or `[VAR:name]`."""

    shell: CommandShell
    code: Annotated[str, Field(max_length=50_000)]
    parameters: Mapping[str, str] = {}


class Solution(_Strict):
    """A resolution: steps to take, how to verify it, how common it is among this flow's causes (`prior`)."""

    type: Literal["solution"]
    id: NodeId
    title: Annotated[str, Field(max_length=200)]
    description: Annotated[str, Field(max_length=4000)]
    steps: tuple[str, ...] = ()
    script_template_slug: str | None = None
    parameter_bindings: Mapping[str, str] = {}
    script: DraftedScript | None = None
    verify: tuple[str, ...] = ()
    prior: Annotated[float, Field(ge=0, le=1)] | None = None
    automation: Automation = "gui"


Node: TypeAlias = Annotated[Decision | Action | Solution, Field(discriminator="type")]


class Signal(_Strict):
    """A phrase that speaks for this flow (or, with a negative weight, for another one)."""

    phrase: Annotated[str, Field(min_length=2, max_length=100)]
    weight: Annotated[float, Field(ge=-3, le=3)] = 1.0


class AppliesTo(_Strict):
    os: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


class ScopingQuestion(_Strict):
    """Asked while little is known. `about` names what it establishes: nothing that the ticket already says is asked."""

    about: Literal["who", "since", "changed", "error", "device", "other"]
    question: Annotated[str, Field(max_length=500)]
    options: Annotated[tuple[str, ...], Field(max_length=8)] = ()


class FlowVariable(_Strict):
    """A value that commands use. It comes from a matcher that binds it or, failing that, from `source`."""

    name: VariableName
    label: str
    source: TicketField | None = None


class TroubleshootingFlow(_Strict):
    """A decision tree for one symptom. `root` is the id of the first node."""

    kind: Literal["troubleshooting"] = "troubleshooting"
    root: str
    symptoms: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    applies_to: AppliesTo = AppliesTo()
    scoping: tuple[ScopingQuestion, ...] = ()
    variables: tuple[FlowVariable, ...] = ()
    nodes: tuple[Node, ...]

    def node(self, node_id: str) -> Decision | Action | Solution | None:
        """The first node of that id, or nothing."""
        return next((node for node in self.nodes if node.id == node_id), None)

    @property
    def solutions(self) -> tuple[Solution, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Solution))


_ADAPTER = TypeAdapter(TroubleshootingFlow)


def parse_definition(value: object) -> TroubleshootingFlow:
    """A definition from its JSON value. Raises pydantic.ValidationError naming the fields that do not fit."""
    return _ADAPTER.validate_python(value)


def definition_json(flow: TroubleshootingFlow) -> dict[str, object]:
    """The JSON value of a definition, without fields left at their default."""
    value: dict[str, object] = _ADAPTER.dump_python(flow, mode="json", exclude_defaults=True)
    # The discriminators equal their defaults or are required; keep the one that tells kinds of flow apart.
    return {"kind": flow.kind, **value}


def targets_of(node: Decision | Action | Solution) -> Iterator[str]:
    """Ids of the nodes that this one leads to, in the order they are written."""
    match node:
        case Decision():
            for option in node.options:
                yield option.next
        case Action():
            for result in node.results:
                yield result.next
            if node.next is not None:
                yield node.next
        case Solution():
            return
