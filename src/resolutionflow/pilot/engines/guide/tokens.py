"""Words as the Guide compares them: folded, lightly stemmed, with the spellings people use brought together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\b(?:sign|log|logg)(?:s|ed|ing)?[ -]?(?:in|on)\b(?:to)?", " login "),
        (r"\bwi[ -]fi\b", " wifi "),
        (r"\be-mail", " email"),
        (
            r"\b(?:can'?t|can not|cannot|unable to|not able to|couldn'?t|could not)\b",
            " cannot ",
        ),
        (
            r"\b(?:won'?t|will not|doesn'?t|does not|didn'?t|did not|isn'?t|is not|not|no longer|never)\b",
            " not ",
        ),
        (r"\bpop(?:s|ped|ping)?[ -]?ups?\b", " popup "),
        (r"\bone ?drive\b", " onedrive "),
        (r"\bshare ?point\b", " sharepoint "),
        (r"\boff ?line\b", " offline "),
        (r"\bc: ?drive\b|\bdrive c\b|\bc drive\b|\bc:(?!\w)", " cdrive "),
        (r"\bremote desktop\b", " rdp "),
        (r"\bpass ?words?\b|\bpwd\b|\bpasscode\b", " password "),
        (r"\bcreds?\b", " credential "),
        (r"\block(?:ed|s|ing)?[ -]?out\b", " lockout "),
        (r"\bmail ?box(?:es)?\b", " mailbox "),
        (r"\bhard ?(?:drive|disk)\b", " disk "),
        (r"\bout of (?:disk )?space\b", " full "),
        (r"\b(?:office|microsoft|m) ?365\b|\bo365\b", " m365 "),
    )
)
# fmt: off
STOPWORDS = frozenset({
    "a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "for", "with", "from", "by", "is",
    "are", "was", "were", "be", "been", "being", "it", "its", "this", "that", "these", "those", "i",
    "you", "he", "she", "we", "they", "me", "him", "her", "us", "them", "my", "your", "his", "our",
    "their", "as", "if", "then", "than", "so", "do", "does", "did", "done", "have", "has", "had", "am",
    "pm", "hi", "hello", "dear", "thanks", "thank", "regards", "please", "kind", "best", "re", "fw",
    "fwd", "could", "would", "should", "may", "might", "just", "also", "very", "any", "some", "there",
    "here", "when", "what", "which", "who", "how", "why", "while", "get", "gets", "got", "getting",
})
# fmt: on


def fold(text: str) -> str:
    """Lower case without accents, typographic quotes made plain, common spellings brought together."""
    plain = text.lower()
    if not plain.isascii():
        spread = unicodedata.normalize("NFKD", plain.replace("\u2019", "'").replace("\u2018", "'"))
        plain = "".join(char for char in spread if not unicodedata.combining(char))
    for pattern, replacement in _SPELLINGS:
        plain = pattern.sub(replacement, plain)
    return plain


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light stem, good enough to bring `printing`, `prints` and `printed` together."""
    word = word.removesuffix("'s")
    if len(word) > 5 and word.endswith("ing"):
        word = _undouble(word[:-3])
    elif len(word) > 4 and word.endswith("ied"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith("ed"):
        word = _undouble(word[:-2])
    elif len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _undouble(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


@lru_cache(maxsize=2048)
def words_of(text: str) -> tuple[str, ...]:
    """Stems in order, stop words left out."""
    return tuple(stem(word) for word in _WORD.findall(fold(text)) if word not in STOPWORDS)


@lru_cache(maxsize=2048)
def terms_of(text: str) -> tuple[str, ...]:
    """Stems in order, every word kept: in an answer of a few words each of them counts."""
    return tuple(stem(word) for word in _WORD.findall(fold(text)))


def trigrams(word: str) -> frozenset[str]:
    padded = f"  {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def similarity(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared trigrams over all trigrams, 0 to 1."""
    return len(left & right) / len(left | right) if left or right else 0.0


def find_phrase(phrase: tuple[str, ...], places: dict[str, list[int]], gap: int = 2) -> int | None:
    """Place of the first word where the phrase's words follow each other, at most `gap` other words between two."""
    for start in places.get(phrase[0], ()) if phrase else ():
        at: int | None = start
        for word in phrase[1:]:
            at = next(
                (place for place in places.get(word, ()) if at < place <= at + gap + 1),
                None,
            )
            if at is None:
                break
        else:
            return start
    return None


def places_of(words: Iterable[str]) -> dict[str, list[int]]:
    """Where each word stands."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(word, []).append(index)
    return places
