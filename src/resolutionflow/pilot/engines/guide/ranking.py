"""Which flows fit: weighted phrases, tf-idf over the flows' own words, and trigrams for misspelt words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from resolutionflow.pilot.engines.guide.knowledge import CompiledFlow
from resolutionflow.pilot.engines.guide.sources import Origin, Source
from resolutionflow.pilot.engines.guide.tokens import (
    find_phrase,
    places_of,
    similarity,
    trigrams,
    words_of,
)

_COSINE_SCALE = 1.6
_SIGNAL_SCALE = 0.34
_TYPO_SIMILARITY = 0.45
_MAX_WORDS = 4000
_MAX_CHARS = 8000
_MAX_UNKNOWN = 150


@dataclass(frozen=True, slots=True)
class Ranked:
    """`score` from 0 to 1; `raw` grows without limit and weighs flows against each other; `phrases` are the signals found."""

    flow: CompiledFlow
    score: float
    raw: float
    phrases: tuple[str, ...]


def rank(flows: tuple[CompiledFlow, ...], sources: tuple[Source, ...]) -> tuple[Ranked, ...]:
    """All flows, best first, ties by slug."""
    texts = [
        (words_of(source.text[:_MAX_CHARS]), source.weight)
        for source in sources
        if source.weight > 0 and source.origin is not Origin.OUTPUT
    ]
    texts = _limited(texts)
    query = _query(texts, flows)
    idf = _tables(flows).idf
    places = [(places_of(words), weight) for words, weight in texts]
    ranked = [_rank_one(flow, query, idf, places) for flow in flows]
    return tuple(sorted(ranked, key=lambda entry: (-entry.raw, entry.flow.slug)))


def _limited(texts: list[tuple[tuple[str, ...], float]]) -> list[tuple[tuple[str, ...], float]]:
    left = _MAX_WORDS
    kept: list[tuple[tuple[str, ...], float]] = []
    for words, weight in texts:
        kept.append((words[:left], weight))
        left = max(0, left - len(words))
    return kept


def _rank_one(
    flow: CompiledFlow,
    query: Mapping[str, float],
    idf: Mapping[str, float],
    places: list[tuple[dict[str, list[int]], float]],
) -> Ranked:
    signal = 0.0
    phrases: list[tuple[float, str]] = []
    for words, weight, phrase in flow.signals:
        best = max(
            (share for where, share in places if find_phrase(words, where) is not None),
            default=0.0,
        )
        if best > 0:
            signal += weight * best
            if weight > 0:
                phrases.append((weight * best, phrase))
    raw = max(0.0, _SIGNAL_SCALE * signal + _COSINE_SCALE * _cosine(flow, query, idf))
    found = tuple(phrase for _, phrase in sorted(phrases, key=lambda entry: (-entry[0], entry[1])))
    return Ranked(flow, 1 - math.exp(-raw), raw, found)


def _cosine(flow: CompiledFlow, query: Mapping[str, float], idf: Mapping[str, float]) -> float:
    shared = sum(
        weight * math.log1p(flow.words[word]) * idf[word] ** 2 for word, weight in query.items() if word in flow.words
    )
    if shared <= 0:
        return 0.0
    # Words that no flow knows still count in the length, with the idf of a rare word, so that long foreign text weakens the fit.
    length = math.sqrt(sum((weight * idf.get(word, 0.6)) ** 2 for word, weight in query.items()))
    own = math.sqrt(sum((math.log1p(weight) * idf[word]) ** 2 for word, weight in flow.words.items()))
    return shared / (length * own)


def _query(texts: list[tuple[tuple[str, ...], float]], flows: tuple[CompiledFlow, ...]) -> dict[str, float]:
    """Words with their weights, a misspelt word replaced by the flow word nearest to it."""
    counts: defaultdict[str, float] = defaultdict(float)
    for words, weight in texts:
        for word in words:
            counts[word] = max(counts[word], weight)
    known = _tables(flows).idf
    unknown = [word for word in counts if len(word) >= 5 and word not in known and not word.isdigit()][:_MAX_UNKNOWN]
    if unknown:
        grams = _tables(flows).grams
        for word in unknown:
            nearest = _nearest(word, grams)
            if nearest is not None:
                counts[nearest] = max(counts[nearest], 0.7 * counts.pop(word))
    return dict(sorted(counts.items()))


def _nearest(word: str, index: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]) -> str | None:
    own = trigrams(word)
    candidates = {entry for gram in own for entry in index.get(gram, ())}
    best = max(
        ((similarity(own, grams), other) for other, grams in candidates),
        default=(0.0, ""),
    )
    return best[1] if best[0] >= _TYPO_SIMILARITY else None


@dataclass(frozen=True, slots=True)
class _Tables:
    idf: Mapping[str, float]
    grams: Mapping[str, tuple[tuple[str, frozenset[str]], ...]]


@lru_cache(maxsize=64)
def _tables(flows: tuple[CompiledFlow, ...]) -> _Tables:
    """Tables of one set of flows; compiled flows are equal only when they are the same object."""
    index: defaultdict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for word, grams in sorted({word: grams for flow in flows for word, grams in flow.grams.items()}.items()):
        for gram in grams:
            index[gram].append((word, grams))
    return _Tables(_idf_of(flows), {gram: tuple(entries) for gram, entries in index.items()})


def _idf_of(flows: tuple[CompiledFlow, ...]) -> dict[str, float]:
    counts: defaultdict[str, int] = defaultdict(int)
    for flow in flows:
        for word in flow.words:
            counts[word] += 1
    return {word: math.log((len(flows) + 1) / (count + 0.5)) + 0.1 for word, count in counts.items()}
