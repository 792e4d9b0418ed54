"""Reading what a person wrote: an answer to a question, "I don't know", yes and no, negation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from resolutionflow.pilot.engines.guide.knowledge import Branch
from resolutionflow.pilot.engines.guide.tokens import (
    find_phrase,
    places_of,
    similarity,
    terms_of,
    trigrams,
    words_of,
)

_UNKNOWN = re.compile(
    r"\b(?:do(?:es)?(?:n'?t| not) know|don'?t have (?:that|this|the info\w*)|not sure|unsure|no idea|dunno|can'?t (?:tell|say)|cannot (?:tell|say)|"
    r"hard to say|unknown|idk|no clue|have(?:n'?t| not) (?:checked|asked|tried)|not checked|not yet known|n/?a)\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|correct|right|indeed|it does|it is|they do|affirmative|true|ok(?:ay)?)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|negative|false|it does(?:n'?t| not)|it is(?:n'?t| not)|not (?:at all|really)|never)\b",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:but|however|although|though)\b|[;\n]", re.IGNORECASE)
_NEGATORS = frozenset({"not", "no", "without", "cannot", "neither", "nor", "none"})
_YES_OPTION = re.compile(r"^yes(?:\W|$)", re.IGNORECASE)
_NO_OPTION = re.compile(r"^no(?:ne)?(?:[,.;:]|$)", re.IGNORECASE)
_SAME = 0.8
_LEAD = 0.4
_ENOUGH = 1.0
_WHOLE_LABEL = 3


class Unread(Enum):
    """Why an answer gives no option."""

    UNKNOWN = "unknown"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reading:
    """The option that an answer gives, or why it gives none."""

    branch: int | None
    unread: Unread | None = None


def says_unknown(text: str) -> bool:
    """Whether the person says that they do not know."""
    return _UNKNOWN.search(text) is not None or not any(char.isalnum() for char in text)


def read_answer(text: str, branches: tuple[Branch, ...]) -> Reading:
    """Free text as one of the branches. What follows an "I don't know" still counts when it names an option."""
    exact = _same_label(text, branches)
    if exact is not None:
        return Reading(exact)
    unknown = says_unknown(text)
    rest = _UNKNOWN.sub(" ", text) if unknown else text
    scores = _scores(rest, branches)
    polar = None if unknown else _polar(rest, branches)
    if polar is not None:
        scores[polar] += 1.2
    order = sorted(range(len(branches)), key=lambda index: (-scores[index], index))
    best, second = order[0], order[1] if len(order) > 1 else order[0]
    lead = scores[best] - (scores[second] if second != best else 0.0)
    if scores[best] >= _ENOUGH and lead >= _LEAD:
        return Reading(best)
    return Reading(None, Unread.UNKNOWN if unknown else Unread.UNCLEAR)


def read_chat(text: str, branches: tuple[Branch, ...], question: str) -> int | None:
    """A sentence of the chat as an answer to something that was asked, read more strictly than a typed answer.

    It has to hold an option's label, or a keyword of several words; a single-word keyword counts only beside a word of the
    question itself. Doubt and questions are no answers.
    """
    if says_unknown(text) or text.rstrip().endswith("?"):
        return None
    labelled = _label_held(text, branches)
    if labelled is not None:
        return labelled
    terms = terms_of(text)
    places = places_of(terms)
    topical = bool(set(words_of(question)) & set(words_of(text)))
    named = [_named(branch, terms, places, shortest=1 if topical else 2) for branch in branches]
    order = sorted(range(len(branches)), key=lambda index: (-named[index], index))
    if len(order) < 2 or named[order[0]] < _ENOUGH or named[order[0]] - named[order[1]] < _LEAD:
        return None
    return order[0]


def _label_held(text: str, branches: tuple[Branch, ...]) -> int | None:
    """The option whose label's words all stand in the text in their order, the longest such label."""
    places = places_of(words_of(text))
    held = [
        (len(label), -index)
        for index, branch in enumerate(branches)
        if len(label := words_of(branch.label)) >= 2 and find_phrase(label, places, gap=1) is not None
    ]
    return -max(held)[1] if held else None


def _same_label(text: str, branches: tuple[Branch, ...]) -> int | None:
    """An option typed out, small differences allowed, or quoted whole within a sentence."""
    terms = terms_of(text)
    places = places_of(terms)
    inside = [
        (len(label), -index)
        for index, branch in enumerate(branches)
        if len(label := terms_of(branch.label)) >= _WHOLE_LABEL and find_phrase(label, places, gap=0) is not None
    ]
    if inside:
        return -max(inside)[1]
    own = trigrams(" ".join(terms) or text.strip().casefold())
    close = [
        (similarity(own, trigrams(" ".join(terms_of(branch.label)))), -index) for index, branch in enumerate(branches)
    ]
    best = max(close, default=(0.0, 0))
    return -best[1] if best[0] >= _SAME else None


def _polar(text: str, branches: tuple[Branch, ...]) -> int | None:
    """Yes or no, when exactly one option says so."""
    wanted = _NO_OPTION if _NO.match(text) else _YES_OPTION if _YES.match(text) else None
    if wanted is None:
        return None
    fitting = [index for index, branch in enumerate(branches) if wanted.match(branch.label)]
    return fitting[0] if len(fitting) == 1 else None


def _scores(text: str, branches: tuple[Branch, ...]) -> list[float]:
    """Keywords weigh most, words of the label that no other label has weigh less; a negated hit speaks against."""
    terms = terms_of(text)
    places = places_of(terms)
    named = [_named(branch, terms, places) for branch in branches]
    scores = list(named)
    owned = _owned_words(branches)
    denies = [any(word in _NEGATORS for word in terms_of(branch.label)) for branch in branches]
    for clause in _BUT.split(text):
        words = terms_of(clause)
        where = places_of(words)
        for index in range(len(branches)):
            # A label that says "no" itself, or a keyword that was found whole, is not contradicted by a "no" before one word.
            plain = named[index] > 0 or denies[index]
            hits = sum(
                1.0 if plain else _sign(words, where[word][0], (word,)) for word in owned[index] if word in where
            )
            scores[index] += 1.2 * hits / max(2, len(owned[index]))
    return scores


def _named(branch: Branch, terms: tuple[str, ...], places: dict[str, list[int]], shortest: int = 1) -> float:
    """The longest keyword counts, others a little; only when none is affirmed does a negated one speak against."""
    hits = [
        _sign(terms, at, phrase) * (1.0 + 0.3 * (len(phrase) - 1))
        for phrase in branch.keywords
        if len(phrase) >= shortest and (at := find_phrase(phrase, places, gap=1)) is not None
    ]
    affirmed = [hit for hit in hits if hit > 0]
    if affirmed:
        return max(affirmed) + 0.2 * (len(affirmed) - 1)
    return min(hits, default=0.0)


def _owned_words(branches: tuple[Branch, ...]) -> list[tuple[str, ...]]:
    sets = [frozenset(words_of(branch.label)) for branch in branches]
    return [
        tuple(sorted(own - frozenset().union(*(other for j, other in enumerate(sets) if j != i)) - _NEGATORS - {"yes"}))
        for i, own in enumerate(sets)
    ]


def _sign(words: tuple[str, ...], at: int, phrase: tuple[str, ...]) -> float:
    """-1 when a negator stands just before and is no part of the phrase."""
    if any(word in _NEGATORS for word in phrase):
        return 1.0
    before = words[max(0, at - 2) : at]
    return -1.0 if any(word in _NEGATORS for word in before) else 1.0
