"""The thresholds of the Guide, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuideSettings:
    """Posteriors and margins are shares of 1; gains are bits; scores run from 0 to 1."""

    # Ranking: below `flow_floor` a flow is out; the best one must reach `flow_known`, else the ticket counts as unknown.
    flow_floor: float = 0.22
    flow_known: float = 0.5
    flow_share: float = 0.3
    max_flows: int = 4
    # A fix is suggested when one solution leads clearly; one that no answer has led to needs more.
    fix_posterior: float = 0.55
    fix_margin: float = 0.2
    unreached_posterior: float = 0.8
    exhausted_posterior: float = 0.45
    # Share of an unlisted cause in every flow, and how far an answer may be wrong, by where it came from.
    unlisted_prior: float = 0.04
    error_output: float = 0.03
    error_option: float = 0.04
    error_text: float = 0.08
    error_message: float = 0.1
    error_ticket: float = 0.12
    contradiction_factor: float = 3.0
    failed_factor: float = 0.01
    # What to ask next.
    max_questions: int = 3
    max_checks: int = 4
    min_gain: float = 0.02
    relative_value: float = 0.3
    overall_value: float = 0.12
    open_bonus: float = 1.5
    min_flow_mass: float = 0.15
    lookahead: int = 2
    # How much text is read.
    max_message: int = 14_000
    max_messages: int = 24_000
    max_description: int = 8_000
    max_note: int = 2_000
    max_notes: int = 12
