"""Values for `[VAR:name]`: bound by matchers, else taken from the ticket; quoted so that no ticket text can act as code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from resolutionflow.flows.definition import CommandShell, TroubleshootingFlow
from resolutionflow.flows.validation import VARIABLE
from resolutionflow.pilot.contract import TicketContext
from resolutionflow.pilot.engines.guide.observe import NodeState
from resolutionflow.pilot.engines.guide.sources import ticket_values

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")


def bind(flow: TroubleshootingFlow, ticket: TicketContext | None, states: Iterable[NodeState]) -> dict[str, str]:
    """Known values by name. Values that are not plain names, addresses or numbers are left out: a person types them instead."""
    found: dict[str, str] = {}
    for state in states:
        if state.best is not None:
            found.update(state.best.variables)
    for variable in flow.variables:
        if variable.name not in found and variable.source is not None:
            values = ticket_values(ticket, variable.source)
            if len(values) == 1:
                found[variable.name] = values[0].strip()
    return {name: value for name, value in sorted(found.items()) if _SAFE.fullmatch(value)}


def fill_code(code: str, shell: CommandShell, flow: TroubleshootingFlow, values: Mapping[str, str]) -> str:
    """A command or script that runs as it stands: literals where values are known, otherwise it asks when it runs."""
    labels = {variable.name: variable.label for variable in flow.variables}

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        value = values.get(name)
        label = labels.get(name, name).replace("'", "")
        if shell == "powershell":
            return f"'{value}'" if value is not None else f"(Read-Host '{label}')"
        if shell == "bash":
            return f"'{value}'" if value is not None else f'"$(read -rp \'{label}: \' v; printf %s "$v")"'
        if shell == "python":
            return f"'{value}'" if value is not None else f"input('{label}: ')"
        return value if value is not None else label.upper().replace(" ", "-")

    return VARIABLE.sub(replace, code)


def fill_text(text: str, flow: TroubleshootingFlow, values: Mapping[str, str]) -> str:
    """Words for a person: the value, or what it is called."""
    labels = {variable.name: variable.label for variable in flow.variables}
    return VARIABLE.sub(
        lambda match: values.get(match[1]) or f"the {labels.get(match[1], match[1])}",
        text,
    )


def fill_fact(text: str, values: Mapping[str, str]) -> str | None:
    """A fact with its values, or nothing when one is not known: a fact never names what nobody saw."""
    if any(name not in values for name in VARIABLE.findall(text)):
        return None
    return VARIABLE.sub(lambda match: values[match[1]], text)
