"""Does the engineer's message say how the applied fix turned out? Only explicit statements count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["success", "failure", "partial"]

OUTCOME_OPTIONS: tuple[str, str, str, str] = (
    "Yes, it is solved",
    "No, nothing changed",
    "Partly, some of it remains",
    "Not tried yet",
)
_BY_OPTION: dict[int, Outcome] = {0: "success", 1: "failure", 2: "partial"}

_NOT = r"(?:n'?t|not|never|no longer|hardly)"
_BROKEN = r"(?:did|do|does|has|have|is|was|were)"
_CONTRACTED = r"(?:didn|doesn|hasn|isn|wasn|won)'?t"
_MENDS = r"(?:work|help|fix|solve|resolve|change|make a difference|any better)\w*"
_THING = r"(?:the )?(?:fix|script|steps?|restart|reset)"
_SUBJECT = (
    r"(?:it|that|this|everything|all|they|she|he|the (?:fix|script|issue|problem|user|steps?|restart|reset)|"
    r"(?:the )?[a-z0-9]+ (?:is|are|seems?|has))"
)
_MENDED = r"(?:works|working|fixed|solved|resolved|sorted)"


def _any_of(*parts: str) -> re.Pattern[str]:
    """One pattern for several phrases, each on word boundaries."""
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", re.IGNORECASE)


_OPEN_ENDED = _any_of(
    r"(?:still|currently|now|am|are|is|be|keep|we'?re|i'?m) (?:\w+ )?(?:testing|trying|checking|verifying|waiting|monitoring|running)",
    r"(?:testing|waiting|monitoring|running it)",
    r"(?:will|going to|about to|let me|need to|have to|want to|shall|i'?ll|we'?ll) (?:\w+ )?"
    r"(?:test|try|check|verify|confirm|see|wait|monitor|know|run|apply)",
    r"(?:have|has)(?:n'?t| not) (?:\w+ )?(?:tested|tried|checked|confirmed|heard|run|applied)",
    r"not (?:yet )?(?:tested|confirmed|sure|tried)",
    r"(?:should|might|may|could|would|hopefully|i hope|if|whether|when|once|until) (?:\w+ ){0,4}"
    r"(?:works?|fix(?:e[sd])?|help(?:s|ed)?|solve[sd]?|resolved?)",
)
_FAILURE = _any_of(
    rf"{_BROKEN}\s?{_NOT}(?: \w+){{0,2}} {_MENDS}",
    rf"{_CONTRACTED}(?: \w+){{0,2}} {_MENDS}",
    r"no (?:change|luck|difference|effect|improvement|joy|success)",
    r"(?:still|again) (?:the )?(?:same|broken|failing|fails|not|happening|there|prompt\w*|ask\w*|can'?t|cannot|locked|offline|stuck|down)",
    r"still (?:an issue|a problem)",
    r"same (?:error|issue|problem|thing|result|message)",
    rf"(?:it|that|this|{_THING}) failed",
    r"(?:problem|issue) (?:persists|remains)",
    r"(?:not|isn'?t|is not) (?:fixed|solved|resolved|working)",
    r"came (?:right )?back",
    r"made (?:it|things) worse",
    r"nothing (?:has )?changed",
)
_SUCCESS = _any_of(
    r"that (?:did it|did the trick|fixed it|solved it|sorted it|was it)",
    r"(?:did|does) the trick",
    r"back (?:up|online|to normal|in business)",
    r"all (?:good|sorted|fine|set|well)",
    rf"{_SUBJECT}(?: \w+){{0,3}} (?:{_MENDED}|fine|okay)",
    rf"{_MENDED} (?:now|again|for (?:me|her|him|them|the user))",
    rf"(?:this|that|it|{_THING}) (?:has |have )?(?:worked|helped|fixed|solved|resolved)",
    r"(?:user|client|customer|contact|she|he|they) (?:has |have )?(?:confirm(?:s|ed)?)(?! (?:that )?(?:it|the)(?: \w+){0,2} (?:still|fail))",
    r"no (?:more|further) (?:prompts?|errors?|issues?|problems?|lockouts?|drops?)",
    r"(?:problem|issue) (?:is )?(?:gone|solved|fixed|resolved)",
    r"can (?:now )?(?:print|connect|sign in|log ?in|log on|open|sync|browse|work) (?:now|again|fine|normally)",
)
_SHORT_SUCCESS = re.compile(
    r"^\W*(?:yes|great|perfect|thanks|ok|okay)?\W*"
    r"(?:(?:it )?work(?:s|ed|ing)|fixed|solved|resolved|sorted|success(?:ful)?|done and working|all good)"
    r"(?: now| again)?\W*(?:thanks|thank you)?\W*$",
    re.IGNORECASE,
)
_SHORT_FAILURE = re.compile(
    r"^\W*(?:(?:sorry|no|nope)\W+)?(?:failed|no change|no luck|no joy|still broken|did ?n[o']?t work|nope)\W*$",
    re.IGNORECASE,
)
_PARTIAL = _any_of(
    r"part(?:ly|ially)",
    r"half[- ]fixed",
    r"somewhat",
    r"a (?:bit|little) better",
    r"better but",
    r"improved",
    r"helped (?:a bit|a little|somewhat|for a while|but)",
    r"(?:works?|worked|working|fixed) (?:only )?(?:for (?:a while|some|one|most|part)|on (?:one|some|most))",
    r"not (?:completely|entirely|fully|quite) (?:fixed|solved|resolved|working|there)",
)
_CONTRAST = _any_of("but", "however", "although", "though", "except")
_DID_APPLY = _any_of(
    r"(?:i|we|user|she|he|they) (?:have |has |just |already )*"
    r"(?:ran|run|applied|did|tried|followed|executed|restarted|removed|reset|cleared|unlocked|replaced)",
    r"(?:ran|applied|tried|followed|after running|after applying) (?:it|that|this|the|your)",
)
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Statement:
    """The outcome and the engineer's own words for it."""

    outcome: Outcome
    words: str


def outcome_of_option(index: int | None, answer: str | None) -> Outcome | None:
    """The outcome of a button of the outcome question; the last button states none."""
    if answer is not None and answer.strip() in OUTCOME_OPTIONS:
        index = OUTCOME_OPTIONS.index(answer.strip())
    return _BY_OPTION.get(index) if index is not None else None


def says_applied(message: str) -> bool:
    """Whether the message says that the fix was carried out."""
    return _DID_APPLY.search(message) is not None


def read_outcome(message: str) -> Statement | None:
    """The outcome a message states, or nothing: for questions, plans, conditions, and while testing goes on."""
    good: list[str] = []
    bad: list[str] = []
    part: list[str] = []
    for sentence in _SENTENCES.split(message):
        words = sentence.strip().replace("\u2019", "'")
        if not words or words.endswith("?"):
            continue
        if _OPEN_ENDED.search(words):
            return None
        _sort(words, good, bad, part)
    if part:
        return Statement("partial", part[0])
    if good and bad:
        joined = " ".join((*good, *bad))
        return Statement("partial", joined) if _CONTRAST.search(message) or good[0] == bad[0] else None
    if good:
        return Statement("success", good[0])
    return Statement("failure", bad[0]) if bad else None


def _sort(words: str, good: list[str], bad: list[str], part: list[str]) -> None:
    if _PARTIAL.search(words):
        part.append(words)
        return
    for clause in _CONTRAST.split(words):
        if _FAILURE.search(clause) or _SHORT_FAILURE.match(clause):
            bad.append(words)
        elif _SUCCESS.search(clause) or _SHORT_SUCCESS.match(clause):
            good.append(words)
