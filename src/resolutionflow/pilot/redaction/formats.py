"""Secrets that are known by their own shape: keys, tokens of well-known services, credentials in URLs and headers."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Final

from resolutionflow.pilot.redaction.rules import Places, Rule
from resolutionflow.pilot.redaction.types import SecretKind, Span


def _token(pattern: str, *starts: str) -> Rule:
    return Rule(SecretKind.TOKEN, starts, re.compile(rf"(?<![A-Za-z0-9]){pattern}"), exact=True)


def _rule(kind: SecretKind, pattern: str, *starts: str) -> Rule:
    return Rule(kind, starts, re.compile(pattern, re.IGNORECASE))


_TOKENS: Final = (
    _token(r"A[KSBC][ICI]A[A-Z0-9]{16}(?![A-Za-z0-9])", "AKIA", "ASIA", "ABIA", "ACCA"),
    _token(r"gh[pousr]_[A-Za-z0-9]{20,255}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    _token(r"github_pat_[A-Za-z0-9_]{20,255}", "github_pat_"),
    _token(r"gl[a-z]{2,4}-[\w-]{16,255}", "glpat-", "gldt-", "glptt-", "glrt-", "glsoat-", "glcbt-"),
    _token(r"xox[a-z](?:\.xox[bp])?-[\w-]{10,255}", "xox"),
    _token(r"xapp-[\w-]{10,255}", "xapp-"),
    _token(r"AIza[\w-]{35}", "AIza"),
    _token(r"ya29\.[\w.-]{20,512}", "ya29."),
    _token(r"GOCSPX-[\w-]{20,64}", "GOCSPX-"),
    _token(r"[srw][kh]s?e?c?_(?:(?:live|test)_)?[A-Za-z0-9]{16,255}", "sk_live_", "sk_test_", "rk_live_", "whsec_"),
    _token(r"sk-[\w-]{20,255}", "sk-"),
    _token(r"npm_[A-Za-z0-9]{30,64}", "npm_"),
    _token(r"pypi-[\w-]{40,512}", "pypi-"),
    _token(r"SG\.[\w-]{16,32}\.[\w-]{32,64}", "SG."),
    _token(r"SK[0-9a-f]{32}(?![0-9a-f])", "SK"),
    _token(r"key-[0-9a-f]{32}(?![0-9a-f])", "key-"),
    _token(r"eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}", "eyJ"),
    _token(r"do[opr]_v1_[a-f0-9]{64}", "dop_v1_", "doo_v1_", "dor_v1_"),
    _token(r"dckr_pat_[\w-]{20,64}", "dckr_pat_"),
    _token(r"hv[sbr]\.[\w-]{20,512}", "hvs.", "hvb.", "hvr."),
    _token(r"hf_[A-Za-z0-9]{30,64}", "hf_"),
    _token(r"shp[a-z]{2}_[a-fA-F0-9]{32}", "shpat_", "shpca_", "shppa_", "shpss_"),
    _token(r"dapi[a-f0-9]{32}", "dapi"),
    _token(r"lin_api_[A-Za-z0-9]{30,64}", "lin_api_"),
    _token(r"ntn_[A-Za-z0-9]{30,64}", "ntn_"),
    _token(r"ATATT3[\w=-]{50,255}", "ATATT3"),
    _token(r"tskey-[\w-]{20,128}", "tskey-"),
    _token(r"NRAK-[A-Z0-9]{20,40}", "NRAK-"),
    _token(r"PMAK-[a-f0-9-]{40,80}", "PMAK-"),
    _token(r"gl[sc]a?_[\w=-]{30,255}", "glsa_", "glc_"),
    _token(r"AGE-SECRET-KEY-1[A-Z0-9]{50,70}", "AGE-SECRET-KEY-1"),
    # A bot token begins with digits, an application secret of Entra with three characters before this mark.
    Rule(SecretKind.TOKEN, (":AA",), re.compile(r"(?<=\d{8})(?P<s>:AA[\w-]{32,36})(?![\w-])"), exact=True),
    Rule(SecretKind.TOKEN, ("8Q~", "7Q~"), re.compile(r"(?<=[\w~.-]{3})(?P<s>[78]Q~[\w~.-]{30,40})"), exact=True),
    _rule(SecretKind.TOKEN, r"hooks\.slack\.com/(?:services|workflows)/(?P<s>[\w/-]{16,512})", "hooks.slack.com/"),
    _rule(SecretKind.TOKEN, r"webhook\.office\.com/webhookb2/(?P<s>[\w@/.-]{16,512})", "webhook.office.com/"),
    _rule(SecretKind.TOKEN, r"discord(?:app)?\.com/api/webhooks/(?P<s>[\w/-]{16,512})", "discord.com/", "discordapp.com"),
    _rule(SecretKind.TOKEN, r"otpauth://[^\s\"'<>]{0,200}?secret=(?P<s>[A-Z2-7]{8,128})", "otpauth://"),
)  # fmt: skip

_CONNECTIONS: Final = (
    _rule(
        SecretKind.CONNECTION_STRING,
        r"(?:AccountKey|SharedAccessKey|SharedAccessSignature)\s?=\s?(?P<s>[^\s;\"'«»]{8,1024})",
        "accountkey",
        "sharedaccesskey",
        "sharedaccesssignature",
    ),
    _rule(SecretKind.CONNECTION_STRING, r"(?<=[?&])sig=(?P<s>[\w%+/=-]{16,256})", "sig="),
    _rule(
        SecretKind.CONNECTION_STRING,
        r"(?<=;)\s{0,4}(?:password|pwd)\s{0,4}=\s{0,4}"
        r"(?:\"(?P<a>[^\"\r\n«»]{1,256})\"|'(?P<b>[^'\r\n«»]{1,256})'|(?P<c>[^;\s\"'«»<]{1,256}))",
        "password",
        "pwd",
        " password",
    ),
)
_URLS: Final = (
    _rule(
        SecretKind.URL_PASSWORD,
        r"://[^\s/@:\"'<>«»?#]{0,128}:(?P<s>(?!//)[^\s/\"'<>«»]{1,256})@(?=[\w\[*$({-])",
        "://",
    ),
)
_SCHEMES: Final = r"(?:(?:bearer|basic|token|digest|negotiate|ntlm|apikey)\s{1,4})?"
_HEADERS: Final = (
    _rule(
        SecretKind.AUTH_HEADER,
        rf"authorization[\"']?\s{{0,4}}[:=]\s{{0,4}}[\"']?{_SCHEMES}(?P<s>[\w.~+/=:-]{{8,8192}}(?![\w ]))",
        "authorization",
    ),
    _rule(SecretKind.AUTH_HEADER, r"\bbearer\s{1,4}(?P<s>(?=[^\s\d]{0,200}\d)[\w.~+/=-]{12,8192})", "bearer"),
    _rule(
        SecretKind.AUTH_HEADER,
        r"(?:api-?key|(?:auth|access|csrf)-token|(?:auth|functions|subscription)-key)[\"']?\s{0,4}:\s{0,4}[\"']?"
        r"(?P<s>(?=[^\s\d]{0,200}\d)[\w.~+/=-]{8,1024})",
        "api-key",
        "apikey",
        "auth-token",
        "access-token",
        "csrf-token",
        "auth-key",
        "functions-key",
        "subscription-key",
    ),
    _rule(SecretKind.AUTH_HEADER, r"cookie:\s{0,4}(?P<s>[\w.-]{1,80}=[^\r\n«»\"']{8,4096})", "cookie:"),
)
RULES: Final = (*_TOKENS, *_CONNECTIONS, *_URLS, *_HEADERS)
PIECES: Final = frozenset(piece for rule in RULES for piece in rule.pieces)

_KEY_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES: Final = re.compile(
    r"(?:[ \t>]{0,8}+(?:[A-Za-z-]{1,40}: [^\r\n]{0,200}|[A-Za-z0-9+/=]{1,200})?(?:\\r\\n|\\n|\r?\n|\Z)){1,400}"
)
PUTTY: Final = re.compile(r"Private-Lines: \d{1,3}\r?\n(?P<s>(?:[A-Za-z0-9+/=]{1,80}(?:\r?\n|\Z)){1,200})")


def find_formats(text: str, places: Places) -> Iterator[Span]:
    """Everything whose shape says what it is. `places` are those of `PIECES`."""
    for rule in RULES:
        for match in rule.hits(text, places):
            yield Span(*secret_of(match), rule.kind)
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)
    if "Private-Lines" in text:
        for match in PUTTY.finditer(text):
            yield Span(*match.span("s"), SecretKind.PRIVATE_KEY)


def secret_of(match: re.Match[str]) -> tuple[int, int]:
    """Where the secret stands in a hit."""
    name = next((group for group, value in match.groupdict().items() if value is not None), None)
    return match.span(name) if name else match.span()


def _private_keys(text: str) -> Iterator[Span]:
    begins = [match.span() for match in _KEY_BEGIN.finditer(text)]
    ends = [match.span() for match in _KEY_END.finditer(text)]
    end_starts = [start for start, _ in ends]
    for number, (begin, body) in enumerate(begins):
        following = begins[number + 1][0] if number + 1 < len(begins) else len(text)
        place = bisect.bisect_left(end_starts, body)
        if place < len(ends) and ends[place][0] < following:
            yield Span(begin, ends[place][1], SecretKind.PRIVATE_KEY)
        else:
            # The end was cut off: every following line that looks like a part of the key goes.
            lines = _KEY_LINES.match(text, body)
            yield Span(begin, lines.end() if lines else body, SecretKind.PRIVATE_KEY)
