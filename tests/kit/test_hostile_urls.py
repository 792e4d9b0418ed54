"""Two hundred addresses that must never be called, by the rule they break. With and without what an operator may allow."""

from __future__ import annotations

import itertools

import pytest

from resolutionflow.kit.netguard import UrlPolicy, UrlRefused, check_url

INNER = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",
    "8.8.8.8",
)


def numbers(address: str) -> list[str]:
    """One IPv4 address in the spellings that resolvers take for it."""
    a, b, c, d = (int(part) for part in address.split("."))
    whole = (a << 24) + (b << 16) + (c << 8) + d
    return [
        address,
        str(whole),
        hex(whole),
        f"0{whole:o}",
        f"{a}.{(b << 16) + (c << 8) + d}",
        f"{a}.{b}.{(c << 8) + d}",
        ".".join(hex(part) for part in (a, b, c, d)),
        ".".join(f"0{part:o}" for part in (a, b, c, d)),
        f"[::ffff:{address}]",
        f"[::{address}]",
        f"[64:ff9b::{address}]",
    ]


LITERALS = [f"https://{text}/x" for address in INNER for text in numbers(address)]
SIX = [
    f"https://[{text}]/"
    for text in (
        "::1", "::", "fe80::1", "fe80::1%25eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2002:7f00:1::1",
        "2001:0:1::1", "2606:4700::1111", "0:0:0:0:0:0:0:1",
    )
]  # fmt: skip
SCHEMES = [
    f"{scheme}://psa.example/x"
    for scheme in (
        "http", "ftp", "ftps", "sftp", "ssh", "file", "gopher", "dict", "ldap", "ldaps", "tftp", "telnet", "smb", "nfs",
        "jar", "netdoc", "ws", "wss", "unix", "data", "javascript", "vbscript", "about", "blob", "view-source", "hdfs", "s3",
    )
] + [
    "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "//psa.example", "/relative", "psa.example",
    "http://127.0.0.1:8101", "http://localhost", "http://[::1]:8101", "HTTP://psa.example",
]  # fmt: skip
PORTS = [
    f"https://psa.example:{port}/"
    for port in (0, 1, 22, 25, 53, 80, 110, 389, 444, 445, 1433, 2375, 3306, 3389, 5432, 5601, 6379, 8080, 8443, 9200, 11211, 27017, 65535)
]  # fmt: skip
USERS = [
    f"https://{user}@{host}/"
    for user, host in itertools.product(
        ("psa.example", "user", "user:pw", "", ":"), ("evil.example", "10.0.0.1", "psa.example")
    )
] + ["https://psa.example:443@evil.example", "https://psa.example%40evil.example@evil.example"]
NAMES = [
    f"https://{host}/"
    for host in (
        "localhost", "intranet", "psa", "psa.example.", ".example", "psa..example", "-psa.example", "psa-.example", "psa_x.example",
        "psa%2eexample", "psa.exam*ple", "psa.example%00.evil.example", "psa!.example", "psa,evil.example", "psa;evil.example",
        "psa=evil.example", "(psa).example", "psa'.example", "psa+.example", "psa~.example", "psa$.example", "psa&.example",
        "a" * 64 + ".example", "a." * 130 + "example",
    )
]  # fmt: skip
BROKEN = [
    "", " ", "https://", "https:///x", "not a url", "https:psa.example\n", "https://psa.example:port", "https://psa.example:99999",
    "https://psa.example:-1", "https://[::1", "https://::1]", "https://psa.example\\@evil.example", "https:\\\\psa.example",
    "https://psa.example/\x00", "https://psa.example\r\nHost: evil.example", "https://psa.example/\ttab", "https://psa.ex\u0430mple",
    "https://psa\u3002example", "https://psa.example\uff0fevil", "https://\u24db\u24de\u24d2\u24d0\u24db.example", "https://psa\u00ad.example",
    "https://psa.example/<x>", 'https://psa.example/"x"', "https://psa.example/{x}", "https://psa.example/|x", "https://psa.example/^x",
    "https://psa.example/`x`", f"https://psa.example/{'a' * 5000}", "\u202ehttps://psa.example", "https://\U0001f600.example",
]  # fmt: skip
FAMILIES: list[tuple[str, set[str], list[str]]] = [
    ("an address instead of a name", {"ip_literal"}, LITERALS),
    ("an IPv6 address", {"ip_literal", "malformed"}, SIX),
    ("another scheme", {"scheme"}, SCHEMES),
    ("another port", {"port"}, PORTS),
    ("a user name", {"user_info"}, USERS),
    ("a name that is none", {"host", "malformed"}, NAMES),
    ("no URL", {"malformed", "scheme"}, BROKEN),
]
EVERY = [(url, rules) for _, rules, urls in FAMILIES for url in urls]


def test_the_table_is_long_and_repeats_nothing() -> None:
    assert len({url for url, _ in EVERY}) == len(EVERY) >= 200


@pytest.mark.parametrize(("name", "rules", "urls"), FAMILIES, ids=[name for name, _, _ in FAMILIES])
def test_hostile_addresses_are_refused_naming_the_rule(name: str, rules: set[str], urls: list[str]) -> None:
    del name
    for url in urls:
        with pytest.raises(UrlRefused) as caught:
            check_url(url, UrlPolicy())
        assert caught.value.rule in rules, (url, caught.value.rule)


def test_what_an_operator_allows_opens_nothing_else() -> None:
    policy = UrlPolicy(UrlPolicy.parse_hosts("psa.internal, cw.internal:8443"), allow_loopback=True)
    opened = {"http://127.0.0.1:8101"}
    for url, _ in EVERY:
        if url in opened:
            assert check_url(url, policy).loopback
        else:
            with pytest.raises(UrlRefused):
                check_url(url, policy)
