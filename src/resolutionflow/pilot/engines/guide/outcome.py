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
_SUBJECT = r"(?:it|that|this|everything|all|they|she|he|the (?:fix|script|issue|problem|user|steps?|restart|reset)|(?:the )?[a-z0-9]+ (?:is|are|seems?|has))"
_OPEN_ENDED = re.compile(
    r"\b(?:(?:still|currently|now|am|are|is|be|keep|we'?re|i'?m) (?:\w+ )?(?:testing|trying|checking|verifying|waiting|monitoring|running)|"
    r"(?:will|going to|about to|let me|need to|have to|want to|shall|i'?ll|we'?ll) (?:\w+ )?(?:test|try|check|verify|confirm|see|wait|monitor|know|run|apply)|"
    r"(?:have|has)(?:n'?t| not) (?:\w+ )?(?:tested|tried|checked|confirmed|heard|run|applied)|not (?:yet )?(?:tested|confirmed|sure|tried)|"
    r"(?:should|might|may|could|would|hopefully|i hope|if|whether|when|once|until) (?:\w+ ){0,4}(?:works?|fix(?:e[sd])?|help(?:s|ed)?|solve[sd]?|resolved?))\b",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    rf"(?:\b(?:did|do|does|has|have|is|was|were)\s?{_NOT}\b(?: \w+){{0,2}} (?:work|help|fix|solve|resolve|change|make a difference)\w*|"
    rf"\b(?:didn|doesn|hasn|isn|wasn|won)'?t\b(?: \w+){{0,2}} (?:work|help|fix|solve|resolve|change|make a difference|any better)\w*|"
    r"\bno (?:change|luck|difference|effect|improvement|joy|success)\b|\b(?:still|again) (?:the )?(?:same|broken|failing|fails|not|happening|there|prompt\w*|ask\w*|can'?t|cannot|locked|offline|stuck|down|an issue|a problem)|"
    r"\bsame (?:error|issue|problem|thing|result|message)\b|\b(?:it|that|this|the (?:fix|script|steps?)) failed\b|\bproblem (?:persists|remains)\b|\bissue (?:persists|remains)\b|"
    r"\b(?:not|isn'?t|is not) (?:fixed|solved|resolved|working)\b|\bcame (?:right )?back\b|\bmade (?:it|things) worse\b|\bnothing (?:has )?changed\b)",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    rf"(?:\bthat (?:did it|did the trick|fixed it|solved it|sorted it|was it)\b|\b(?:did|does) the trick\b|\bback (?:up|online|to normal|in business)\b|\ball (?:good|sorted|fine|set|well)\b|"
    rf"\b{_SUBJECT}(?: \w+){{0,3}} (?:works|working|fixed|solved|resolved|sorted|fine|okay)\b|\b(?:works|working|fixed|solved|resolved|sorted) (?:now|again|for (?:me|her|him|them|the user))\b|"
    r"\b(?:this|that|it|(?:the )?(?:fix|script|steps?|restart|reset)) (?:has |have )?(?:worked|helped|fixed|solved|resolved)\b|"
    r"\b(?:user|client|customer|contact|she|he|they) (?:has |have )?(?:confirm(?:s|ed)?)\b(?! (?:that )?(?:it|the)(?: \w+){0,2} (?:still|fail))|"
    r"\bno (?:more|further) (?:prompts?|errors?|issues?|problems?|lockouts?|drops?)\b|\bproblem (?:is )?(?:gone|solved|fixed)\b|\bissue (?:is )?(?:gone|solved|fixed|resolved)\b|"
    r"\bcan (?:now )?(?:print|connect|sign in|log ?in|log on|open|sync|browse|work) (?:now|again|fine|normally)\b)",
    re.IGNORECASE,
)
_SHORT_SUCCESS = re.compile(
    r"^\W*(?:yes|great|perfect|thanks|ok|okay)?\W*(?:(?:it )?work(?:s|ed|ing)|fixed|solved|resolved|sorted|success(?:ful)?|done and working|all good)(?: now| again)?\W*(?:thanks|thank you)?\W*$",
    re.IGNORECASE,
)
_SHORT_FAILURE = re.compile(
    r"^\W*(?:(?:sorry|no|nope)\W+)?(?:failed|no change|no luck|no joy|still broken|did ?n[o']?t work|nope)\W*$",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"\b(?:part(?:ly|ially)|half[- ]fixed|somewhat|a (?:bit|little) better|better but|improved|helped (?:a bit|a little|somewhat|for a while|but)|"
    r"(?:works?|worked|working|fixed) (?:only )?(?:for (?:a while|some|one|most|part)|on (?:one|some|most))|not (?:completely|entirely|fully|quite) (?:fixed|solved|resolved|working|there))\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:but|however|although|though|except)\b", re.IGNORECASE)
_DID_APPLY = re.compile(
    r"\b(?:(?:i|we|user|she|he|they) (?:have |has |just |already )*(?:ran|run|applied|did|tried|followed|executed|restarted|removed|reset|cleared|unlocked|replaced)|(?:ran|applied|tried|followed|after running|after applying) (?:it|that|this|the|your))\b",
    re.IGNORECASE,
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
