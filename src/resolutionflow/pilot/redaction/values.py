"""Whether the word behind `password:` is a secret or only the rest of a sentence."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from resolutionflow.pilot.grounding.vocabulary import COMMON_WORDS


class Context(Enum):
    """How the value is tied to the word before it, from the surest to the vaguest."""

    QUOTED = auto()
    ASSIGNED = auto()
    SAID = auto()
    BESIDE = auto()


# States of a password, a token or a setting, which people write where a value could stand.
_STATE_WORDS: Final = """
ok yes no on off true false none null nil undefined empty blank missing unknown set unset required optional invalid
valid incorrect correct wrong expired expiring expires old new same different changed unchanged reset resets updated
saved stored cached forgotten forgot lost locked unlocked disabled enabled accepted rejected refused denied failed
fails failing failure success successful successfully working works broken good bad weak strong short long temporary
permanent known prompted asked needed provided given sent shared protected encrypted hashed hidden masked redacted
removed deleted revoked rotated never always pending due mandatory configured managed synced synchronised
synchronized mismatch mismatched used unused visible shown typed entered cleared printed complex simple verified
confirmed available unavailable sometimes again still now today yesterday tomorrow soon password passwords username
user email mailbox account login here there below above attached string text secret bearer basic negotiate kerberos
ntlm access refresh id yes/no n/a na tbd tbc not being about already also only just and or but if when because since
after before until while as at by for from in into of over per than that the their then this to too under up via
with without was were is are be been has had have does did do can cannot could should would will may might must it
its he she they we you i a an his her my our your who what where why how which
"""
_STATES: Final = frozenset(_STATE_WORDS.split())
_CONNECTORS: Final = frozenset({"and", "or", "for", "on", "with", "user", "username", "login", "then", "but", "thanks"})
_UNITS_AFTER: Final = re.compile(
    r"\s*(?:characters?|chars?|letters?|digits?|days?|hours?|minutes?|times?|weeks?|months?|attempts?|users?|%)\b",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"<[^>]*>?|\[[^\]]*\]?|\{\{.*|\$\{.*|\$\(.*|%[\w-]+%|[*\u2022\u25cf.xX_#?-]+|@?\{.*|\(.*|//.*"
)
_VARIABLE: Final = re.compile(r"\$[A-Za-z_][\w:.]*|@[A-Za-z_]\w*|&[A-Za-z_]\w*")
_CODE: Final = re.compile(
    r"[A-Za-z_][\w.]*[(\[].*|[a-z_]+(?:\.[A-Za-z_]+)+|(?:Read|Get|New|ConvertTo|ConvertFrom|Import)-[A-Z][A-Za-z]+"
)
_DATE: Final = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}(?:T[\d:.Z+-]*)?|\d{1,2}:\d{2}(?::\d{2})?")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_STRONG_SIGNS: Final = frozenset("!@#$%^&*+=?~")


def credible(value: str, context: Context, after: str, *, random: bool) -> bool:
    """Whether `value` is worth masking. `after` = the text behind it (some characters are enough).

    `random` asks for a machine-made value, for words such as token and key that have many harmless neighbours.
    """
    if context in (Context.SAID, Context.ASSIGNED) and _WORD.fullmatch(value.rstrip("?!")):
        value = value.rstrip("?!")  # a plain word at the end of a question or exclamation
    if not value or _is_harmless(value, context):
        return False
    if random:
        return _looks_random(value, context)
    match context:
        case Context.QUOTED:
            return not _is_sentence(value)
        case Context.ASSIGNED:
            return not _goes_on_as_prose(value, after)
        case Context.SAID:
            return _is_said_secret(value, after)
        case Context.BESIDE:
            return len(value) >= 6 and _has_digit(value) and _is_mixed(value)


def _is_harmless(value: str, context: Context) -> bool:
    bare = value.strip("\"'`.,:;()").lower()
    if not bare or bare in _STATES or _PLACEHOLDER.fullmatch(value) or _DATE.fullmatch(bare):
        return True
    if context in (Context.QUOTED, Context.ASSIGNED):
        return _VARIABLE.fullmatch(value) is not None or (
            context is Context.ASSIGNED and _CODE.fullmatch(value) is not None
        )
    return False


def _goes_on_as_prose(value: str, after: str) -> bool:
    """`Password: sunshine` ends here; `Password: somebody changed it` goes on."""
    if value.isdigit():
        return len(value) < 4 or _UNITS_AFTER.match(after) is not None
    if not _WORD.fullmatch(value) or not (value.islower() or value.istitle()):
        return False
    following = re.match(r"[ \t]+([A-Za-z']+)", after)
    return following is not None and following[1].lower() not in _CONNECTORS


def _is_said_secret(value: str, after: str) -> bool:
    """`The password is Hunter2` against `the password is being reset`."""
    if value.isdigit():
        return len(value) >= 4 and _UNITS_AFTER.match(after) is None
    word = _WORD.fullmatch(value)
    if word is None:
        return _has_digit(value) or bool(_STRONG_SIGNS.intersection(value))
    if value.lower() in COMMON_WORDS or "-" in value or "'" in value or value.lower().endswith(("ed", "ing", "ly")):
        return False
    inner_capital = not (value.islower() or value.istitle() or value.isupper())
    return inner_capital or not re.match(r"[ \t]+\w", after)


def _looks_random(value: str, context: Context) -> bool:
    if len(value) < 8 or " " in value:
        return False
    if _has_digit(value):
        return any(character.isalpha() for character in value) or len(value) >= 16
    return len(value) >= 16 and _is_mixed(value) and (context is Context.QUOTED or _WORD.fullmatch(value) is not None)


def _is_sentence(value: str) -> bool:
    """A quoted message (`"Your password has expired."`) and not a pass phrase."""
    words = value.split()
    return len(words) >= 3 and sum(word.strip(".,!?").lower() in COMMON_WORDS for word in words) * 2 > len(words)


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _is_mixed(value: str) -> bool:
    """Small and capital letters, or one of the signs that passwords are made of."""
    cases = any(character.islower() for character in value) and any(character.isupper() for character in value)
    return cases or bool(_STRONG_SIGNS.intersection(value))
