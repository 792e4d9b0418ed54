"""Secrets inside commands: `net user`, `ConvertTo-SecureString`, short password flags, network device configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from resolutionflow.pilot.redaction.formats import secret_of
from resolutionflow.pilot.redaction.rules import Places, Rule
from resolutionflow.pilot.redaction.types import SecretKind, Span
from resolutionflow.pilot.redaction.values import Context, credible

_VALUE: Final = r"""(?:"(?P<a>[^"\r\n«»]{1,256})"|'(?P<b>[^'\r\n«»]{1,256})'|(?P<c>[^\s"'«»|;&<>]{1,256}))"""
_QUOTED: Final = r"""(?:"(?P<a>[^"\r\n«»]{1,256})"|'(?P<b>[^'\r\n«»]{1,256})')"""
_NAME: Final = r"""(?:"[^"\r\n]{1,128}"|'[^'\r\n]{1,128}'|[^\s"'/]{1,128})"""
_ARGS: Final = r"(?:\.exe)?\s(?:[^\r\n|;]{0,240}?\s)?"


def _rule(starts: str, pattern: str, *, value: str = _VALUE, prose: bool = False, needs: str = "") -> Rule:
    """`starts` and `needs` are words separated by `|`; `pattern` begins with one of `starts` and ends before the value."""
    compiled = re.compile(rf"(?<![\w]){pattern}{value}", re.IGNORECASE)
    return Rule(
        SecretKind.PASSWORD,
        tuple(starts.split("|")),
        compiled,
        prose=prose,
        needs=tuple(needs.split("|")) if needs else (),
    )


_SHELLS: Final = (
    _rule("net", rf"net1?(?:\.exe)?\s{{1,8}}user\s{{1,8}}{_NAME}\s{{1,8}}(?![/*-])", needs="user"),
    _rule("net", r"net1?(?:\.exe)?\s{1,8}use\s{1,8}(?:[a-z*]:?\s{1,8})?\\\\[^\s\"]{1,200}\s{1,8}(?![/*-])", needs="\\\\"),
    _rule("net", r"net1?(?:\.exe)?\s{1,8}use\s[^\r\n|;&]{1,240}?/user:[^\s]{1,128}\s{1,8}(?![/*-])", needs="/user:"),
    _rule(
        "convertto-securestring",
        r"convertto-securestring\s{1,8}(?:-(?:string|asplaintext|force)\s{1,8}){0,3}(?![-$(])",
    ),
    _rule(
        "networkcredential",
        r"networkcredential\]?(?:::new)?\s{0,4}\(\s{0,4}[^,\r\n]{1,128},\s{0,4}(?![$(])",
        value=_QUOTED,
    ),
    _rule("setpassword", r"setpassword['\"]?\s{0,4}[(,]\s{0,4}(?![$(])", value=_QUOTED),
    _rule("identified", r"identified\s{1,8}(?:with\s{1,8}\w{1,40}\s{1,8})?by\s{1,8}", prose=True),
    _rule("mysql|mariadb", rf"(?:mysql|mariadb)\w{{0,10}}{_ARGS}-p(?=[^\s])", needs="-p"),
    _rule("sshpass|7z", rf"(?:sshpass|7za?){_ARGS}-p(?=[^\s])", needs="-p"),
    _rule(
        "sshpass|plink|pscp|psftp|psexec|sqlcmd|bcp|rdesktop|osql|zip",
        rf"(?:sshpass|plink|pscp|psftp|psexec|sqlcmd|bcp|rdesktop|osql|zip)(?:64)?{_ARGS}-pw?\s{{1,4}}(?![-$%])",
        needs="-p",
    ),
    _rule("ldap", rf"ldap(?:search|modify|add|delete|passwd){_ARGS}-w\s{{1,4}}(?![-$])", needs="-w"),
    _rule(
        "xfreerdp|wfreerdp|cmdkey|schtasks|wmic|dsmod|dsadd",
        rf"(?:xfreerdp|wfreerdp|cmdkey|schtasks|wmic|dsmod|dsadd){_ARGS}/p(?:ass)?:(?![$%])",
        needs="/p:|/pass:",
    ),
    _rule("schtasks", rf"schtasks{_ARGS}/rp\s{{1,4}}(?![/*$%])"),
    _rule("htpasswd", rf"htpasswd\s(?:-\w{{1,8}}\s{{1,4}}){{0,4}}[^\s]{{1,200}}\s{{1,4}}{_NAME}\s{{1,4}}"),
    _rule("-pass", r"-pass(?:in|out)?\s{1,4}pass:"),
    _rule("echo", r"echo\s{1,4}[\"']?[\w.-]{1,64}:(?=[^\r\n]{1,200}chpasswd)", needs="chpasswd"),
    _rule("curl", rf"curl{_ARGS}(?:-u|--user)\s{{0,4}}[\"']?[^\s:\"'«]{{1,128}}:(?![$%])", needs="-u"),
    _rule("smbclient", rf"smbclient{_ARGS}-U\s{{0,4}}[\"']?[^\s%\"'«]{{1,128}}%(?![$])", needs="%"),
)  # fmt: skip

_LOGIN: Final = r"(?:enable|username\s{1,4}[\w.-]{1,64}(?:\s{1,4}privilege\s{1,4}\d{1,2})?)"
_ENCODING: Final = r"\s{1,4}(?:\d\s{1,4})?(?!is\b|was\b|for\b|[:=])"
# On network devices an optional digit or word says how the value is encoded. Some of these words also begin sentences.
_DEVICES: Final = (
    _rule("snmp-server", r"snmp-server\s{1,4}community\s{1,4}"),
    _rule("community", r"community(?:[ -]?string)?\s{0,4}(?:[:=]\s{0,4}|is\s)(?!public\b|private\b)", prose=True),
    _rule(
        "enable|username",
        rf"{_LOGIN}\s{{1,4}}(?:secret|password)\s{{1,4}}(?:level\s{{1,4}}\d{{1,2}}\s{{1,4}})?(?:\d\s{{1,4}})?(?![:=]|is\b)",
        prose=True,
        needs="secret|password",
    ),
    _rule("password", r"password\s{1,4}7\s{1,4}", prose=True),
    _rule(
        "isakmp|key-string|pre-shared-key|wpa-psk",
        r"(?:isakmp\s{1,4}key|key-string|pre-shared-key(?:\s{1,4}(?:local|remote))?|wpa-psk\s{1,4}ascii)" + _ENCODING,
        prose=True,
    ),
    _rule("tacacs|radius", r"(?:tacacs|radius)(?:-server)?\s[^\r\n]{0,80}?\bkey" + _ENCODING, prose=True, needs="key"),
    _rule(
        "set",
        r"set\s{1,4}(?:password|passwd|psksecret|passphrase|private-key|secret|key)\s{1,4}(?:ENC\s{1,4})?(?!to\b|for\b)",
        prose=True,
    ),
)  # fmt: skip
_PROSE: Final = (
    _rule("cred", r"cred(?:ential)?s?\s{0,3}(?:are|is|:|=)\s{0,3}[\w.@\\-]{1,64}\s{0,3}[/|:]\s{0,3}(?!/)", prose=True),
    _rule("login", r"logins?\s{0,3}(?:is|:|=)\s{0,3}[\w.@\\-]{1,64}\s{0,3}[/|]\s{0,3}(?!/)", prose=True),
)
RULES: Final = (*_SHELLS, *_DEVICES, *_PROSE)
_SECURE: Final = "convertto-securestring"
PIECES: Final = frozenset(piece for rule in RULES for piece in rule.pieces)

_PIPED: Final = re.compile(_QUOTED + r"\s{0,8}\|\s{0,8}$")
LATE: Final = re.compile(
    r"convertto-securestring(?:\s{1,8}-(?:asplaintext|force|string)){1,3}\s{1,8}" + _QUOTED, re.IGNORECASE
)


def find_in_commands(text: str, places: Places) -> Iterator[Span]:
    """Literal passwords on command lines. `places` are those of `PIECES`."""
    for rule in RULES:
        for match in rule.hits(text, places):
            start, end = _tidied(match)
            quoted = match["a"] is not None or match["b"] is not None
            context = Context.SAID if rule.prose and not quoted else Context.QUOTED
            if credible(text[start:end], context, text[end : end + 40], random=False):
                yield Span(start, end, rule.kind)
    yield from _secure_strings(text, places.get(_SECURE, ()))


def _secure_strings(text: str, positions: Sequence[int]) -> Iterator[Span]:
    """`"x" | ConvertTo-SecureString`, and the literal behind its switches."""
    for position in positions:
        window = max(0, position - 300)
        for match in (_PIPED.search(text[window:position]), LATE.match(text[position : position + 400])):
            if match is not None:
                offset = window if match.re is _PIPED else position
                start, end = secret_of(match)
                yield Span(offset + start, offset + end, SecretKind.PASSWORD)


def _tidied(match: re.Match[str]) -> tuple[int, int]:
    """The value without the bracket or comma that closes what stands around it."""
    start, end = secret_of(match)
    if match.groupdict().get("c") is not None:
        while end > start + 1 and match.string[end - 1] in ",)]}.":
            end -= 1
    return start, end
