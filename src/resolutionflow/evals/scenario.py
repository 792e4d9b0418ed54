"""A scripted case: the ticket, what its engineer can find out, and what has to come of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.pilot.contract import TicketContext, TicketNote


class ScenarioError(ValueError):
    """A scenario file cannot be used; the message names the file and every reason."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        msg = f"not a regular expression: {problem}"
        raise ValueError(msg) from problem
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ticket(_Value):
    """The ticket as the customer wrote it; `notes` newest first."""

    summary: str
    description: str = ""
    notes: tuple[str, ...] = ()
    contact: str = ""
    contact_email: str = ""
    company: str = ""
    site: str = ""

    def context(self) -> TicketContext:
        """The ticket as an engine is given it."""
        return TicketContext(
            number="48250",
            ref="#48250",
            summary=self.summary,
            description=self.description,
            company=self.company,
            contact=self.contact,
            contact_email=self.contact_email,
            site=self.site,
            notes=tuple(TicketNote("the contact", "customer", text, None) for text in self.notes),
        )


class Known(_Value):
    """Something the engineer can find out when a question or check is about it: `about` is searched in its words and command.

    `press` names a button and is said in words when there is none like it; `paste` is the output of a check.
    """

    about: Pattern
    press: str = ""
    say: str = ""
    paste: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Known:
        if not (self.press or self.say or self.paste):
            msg = "an entry of `knows` needs press, say or paste"
            raise ValueError(msg)
        return self


class Scenario(_Value):
    """`reaches` is searched in the title and description of a fix; without it no fix may be suggested at all.

    `must` and `must_not` are searched in everything the pilot said: text, questions, checks, facts and fixes.
    """

    name: str
    flow: str = ""
    ticket: Ticket | None = None
    message: str = ""
    knows: tuple[Known, ...] = ()
    reaches: Pattern | None = None
    must: tuple[Pattern, ...] = ()
    must_not: tuple[Pattern, ...] = ()
    most_turns: int = Field(default=12, ge=1, le=40)

    @model_validator(mode="after")
    def _begins_somehow(self) -> Scenario:
        if self.ticket is None and not self.message:
            msg = "a scenario needs a ticket or a message"
            raise ValueError(msg)
        return self


def load_scenarios(folder: Path | None = None) -> tuple[Scenario, ...]:
    """The scenarios of the product, or of another folder, by name."""
    place = resources.files("resolutionflow.evals").joinpath("scenarios") if folder is None else folder
    files = sorted((file for file in place.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    if not files:
        msg = f"{folder}: no .yaml files in this folder"
        raise ScenarioError(msg)
    found = [_parse(file.name, file.read_text("utf-8")) for file in files]
    return tuple(sorted(found, key=lambda scenario: scenario.name))


def _parse(file_name: str, text: str) -> Scenario:
    try:
        return Scenario.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as problem:
        msg = f"{file_name}: {problem}"
        raise ScenarioError(msg) from problem


class _Entry(_Value):
    """What the engineer of a flow's session knows: `item` is a part of the question's or check's words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    item: str
    press: str = ""
    say: str = ""
    paste: str = ""


class _Case(_Value):
    name: str
    ticket: Ticket | None = None
    message: str = ""
    knows: tuple[_Entry, ...] = ()
    reaches: str
    at_most: int = 5


def flow_sessions(folder: Path) -> Iterator[Scenario]:
    """The scripted sessions of the starter flows (one file a flow) as scenarios; `reaches` is the title of the solution."""
    flows = {flow.slug: flow for flow in load_starter_flows()}
    for file in sorted(folder.glob("*.yaml")):
        flow = flows.get(file.stem)
        if flow is None:
            msg = f"{file.name}: no starter flow has this name"
            raise ScenarioError(msg)
        for case in TypeAdapter(tuple[_Case, ...]).validate_python(yaml.safe_load(file.read_text("utf-8"))):
            node = flow.definition.node(case.reaches)
            if node is None:
                msg = f"{file.name}: {case.name}: no node {case.reaches}"
                raise ScenarioError(msg)
            yield Scenario(
                name=f"{file.stem}: {case.name}",
                flow=file.stem,
                ticket=case.ticket,
                message=case.message,
                knows=tuple(
                    Known(about=re.escape(entry.item), press=entry.press, say=entry.say, paste=entry.paste)
                    for entry in case.knows
                ),
                reaches=rf"\A{re.escape(getattr(node, 'title', ''))}$",
            )
