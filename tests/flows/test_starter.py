"""The starter library is fit for real work: every flow has what the guide and an engineer need."""

from __future__ import annotations

import re

import pytest

from resolutionflow.flows.definition import Action, Decision, ParsedMatcher, RegexMatcher
from resolutionflow.flows.starter import StarterFlow, load_starter_flows
from resolutionflow.flows.validation import VARIABLE, validate_flow
from resolutionflow.pilot.commands import Risk, label
from resolutionflow.pilot.engines.guide.variables import fill_code
from resolutionflow.pilot.outputs import PARSERS

FLOWS = load_starter_flows()
pytestmark = pytest.mark.parametrize("flow", FLOWS, ids=[flow.slug for flow in FLOWS])


def _actions(flow: StarterFlow) -> list[Action]:
    return [node for node in flow.definition.nodes if isinstance(node, Action)]


def test_it_has_no_errors(flow: StarterFlow) -> None:
    assert validate_flow(flow.definition).errors == ()


def test_it_has_at_least_three_solutions_each_with_steps_and_verification(flow: StarterFlow) -> None:
    assert len(flow.definition.solutions) >= 3
    for solution in flow.definition.solutions:
        assert solution.steps
        assert solution.verify
        assert solution.prior


def test_it_has_a_drafted_script(flow: StarterFlow) -> None:
    assert any(solution.script is not None for solution in flow.definition.solutions)


def test_priors_add_up(flow: StarterFlow) -> None:
    assert sum(solution.prior or 0 for solution in flow.definition.solutions) == pytest.approx(1, abs=0.12)


def test_every_check_is_read_only_with_a_command_and_an_expected_outcome(flow: StarterFlow) -> None:
    for action in _actions(flow):
        assert action.risk == "read_only"
        assert action.commands
        assert action.expected_outcome
        assert not re.search(
            r"\b(?:Set|Remove|New|Add|Stop|Start|Restart|Clear|Enable|Disable|Reset|Unlock)-[A-Z]", str(action.commands)
        )


def test_every_result_is_read_from_output_by_a_known_parser(flow: StarterFlow) -> None:
    for action in _actions(flow):
        assert len(action.results) >= 2
        for result in action.results:
            parsed = [pattern for pattern in result.evidence_patterns if isinstance(pattern, ParsedMatcher)]
            assert all(pattern.command in PARSERS for pattern in parsed)
            told = any(isinstance(pattern, RegexMatcher) for pattern in result.evidence_patterns)
            assert parsed or told, (action.id, result.label)
            assert result.rules_out


def test_every_option_has_a_fact_and_words_that_mean_it(flow: StarterFlow) -> None:
    for node in flow.definition.nodes:
        if isinstance(node, Decision):
            for option in node.options:
                assert option.fact
                assert option.rules_out
                assert len(option.keywords) >= 2


def test_commands_take_values_only_where_they_can_ask_for_them(flow: StarterFlow) -> None:
    for action in _actions(flow):
        for command in action.commands:
            assert command.shell == "powershell" or not VARIABLE.search(command.code)


def test_it_can_be_found(flow: StarterFlow) -> None:
    assert len(flow.definition.symptoms) >= 4
    assert len([signal for signal in flow.definition.signals if signal.weight > 0]) >= 6
    assert flow.definition.scoping


def test_its_texts_are_calm_and_plain(flow: StarterFlow) -> None:
    texts = str(flow.definition_json())
    assert "!" not in re.sub(r"!=|\(\?!", "", texts)
    assert not re.search(r"\bAI\b", texts)


def test_its_hash_is_stable_and_its_own(flow: StarterFlow) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", flow.content_hash)
    assert sum(1 for other in FLOWS if other.content_hash == flow.content_hash) == 1


def test_every_check_is_labelled_read_only_with_and_without_known_values(flow: StarterFlow) -> None:
    named = {variable.name: "abc.example" for variable in flow.definition.variables}
    for action in _actions(flow):
        for command in action.commands:
            for values in ({}, named):
                code = fill_code(command.code, command.shell, flow.definition, values)
                assert label(code, command.shell).risk is Risk.READ_ONLY, (action.id, label(code, command.shell).reason)


def test_every_script_can_be_read(flow: StarterFlow) -> None:
    for solution in flow.definition.solutions:
        if solution.script is not None:
            code = fill_code(solution.script.code, solution.script.shell, flow.definition, {})
            assert "could not be read" not in label(code, solution.script.shell).reason, solution.id
