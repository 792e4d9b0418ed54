"""A generated corpus: sentences, commands and configuration around made-up secrets, and clean text that looks similar.

Everything is drawn from a seeded generator, so a failure names the same line each time. No string is a real credential.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

_WORDS = ["Fern", "Otter", "Summit", "Harbor", "Maple", "Quartz", "Willow", "Copper", "Lantern", "Meadow"]
_ALNUM = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Case:
    text: str
    secret: str


def _password(rng: random.Random) -> str:
    word = rng.choice(_WORDS)
    return rng.choice(
        [
            f"{word}{rng.randint(10, 9999)}!",
            f"{word}-{rng.choice(_WORDS)}-{rng.randint(2, 99)}",
            f"{word.lower()}{rng.randint(1000, 9999)}",
            f"{rng.choice('!#@')}{word}{rng.randint(10, 99)}{rng.choice('$%*?')}",
            "".join(rng.choices(_ALNUM, k=rng.randint(8, 20))) + str(rng.randint(0, 9)),
            "".join(rng.choices(_ALNUM + "!#%*+-_=?@^~.", k=14)) + "7a",
        ]
    )


def _run(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


_USERS = ["jdoe", "anna.keller", "svc-backup", "administrator", "fernhill\\mbrown", "it@fernhill.example"]

_PROSE = [
    "The password is {s}",
    "password: {s}",
    "Password : {s}",
    "pw: {s}",
    "pwd={s}",
    "pass: {s} for the portal",
    "Passwort: {s}",
    "her new password is {s}, please test",
    "I reset the password to {s}.",
    "temporary password (temp): {s}",
    "Temp password for {u} is {s}",
    "password for {u}: {s}",
    "login {u} password {s}9X!",
    "user {u} / pw {s}9X!",
    "credentials: {u} / {s}",
    "creds are jdoe:{s}",
    "Passphrase: {s}",
    "wifi key: {s}",
    "Pre-shared key: {s}",
    "admin password was {s} but it changed",
    'the password is "{s}"',
    "password = \u201c{s}\u201d",
    "Kennwort: {s}\nDanke",
    "shared secret is {s}",
    "the user's passcode: {s}",
    "The password is {s}!",
    "Is the password {s}9x!?",
]
_CODE = [
    "$password = '{s}'",
    '$AdminPassword = "{s}"',
    "DB_PASSWORD={s}",
    "export PGPASSWORD='{s}'",
    '"password": "{s}",',
    "password: '{s}'",
    "{{'user': 'x', 'passwd': '{s}'}}",
    "--password {s}",
    "--password={s}",
    "-Password {s} -Force",
    "net user {n} {s} /add",
    "net user {n} {s}",
    'NET USER {n} "{s}" /domain',
    "net use Z: \\\\fs01\\data {s} /user:{n}",
    "net use \\\\fs01\\data /user:{n} {s}",
    "ConvertTo-SecureString '{s}' -AsPlainText -Force",
    'ConvertTo-SecureString -String "{s}" -AsPlainText -Force',
    "ConvertTo-SecureString -AsPlainText '{s}' -Force",
    "'{s}' | ConvertTo-SecureString -AsPlainText -Force",
    "New-Object System.Net.NetworkCredential('{n}', '{s}')",
    "mysql -u root -p{s} shop",
    "sshpass -p '{s}' ssh root@192.0.2.7",
    "plink -ssh 192.0.2.7 -l admin -pw {s}",
    "psexec \\\\ws-01 -u {n} -p {s} cmd",
    "sqlcmd -S db01 -U sa -P {s}",
    "cmdkey /add:fs01 /user:{n} /pass:{s}",
    "schtasks /create /ru {n} /rp {s}",
    "curl -u {n}:{s} https://api.fernhill.example/",
    "<Password>{x}</Password>",
    "<AdministratorPassword><Value>{x}</Value></AdministratorPassword>",
    "ALTER LOGIN sa WITH PASSWORD = N'{s}'",
    "CREATE USER x IDENTIFIED BY '{s}'",
    "    Key Content            : {s}",
    "enable secret {s}",
    "username admin privilege 15 password 0 {s}",
    "snmp-server community {s} RO",
    "crypto isakmp key {s} address 192.0.2.1",
    "set psksecret {s}",
    "Server=sql01;Database=shop;User Id=sa;Password={x};Encrypt=true",
    "Data Source=sql01;Initial Catalog=a;uid=sa;pwd={x}",
    "client_secret={s}",
    "spring.datasource.password={s}",
]
_URLS = [
    "postgres://app:{x}@db01.fernhill.example:5432/shop",
    "https://jdoe:{x}@git.fernhill.example/repo.git",
    "ftp://backup:{x}@198.51.100.4/",
    "amqp://svc:{x}@mq01:5672",
    "see smb://it:{x}@192.0.2.9/share",
]


def _tokens(rng: random.Random) -> list[tuple[str, str]]:
    """(text with {s}, secret)"""
    jwt = f"eyJ{_run(rng, _ALNUM, 24)}.eyJ{_run(rng, _ALNUM, 40)}.{_run(rng, _ALNUM + '-_', 43)}"
    long = _run(rng, _ALNUM, 40) + "1a"
    return [
        ("key {s} leaked", "AKIA" + _run(rng, string.ascii_uppercase + string.digits, 16)),
        ("aws_secret_access_key = {s}", _run(rng, _ALNUM + "/+", 39) + "1"),
        ("token ghp_ is {s}", "ghp_" + _run(rng, _ALNUM, 36)),
        ("{s}", "github_pat_" + _run(rng, _ALNUM + "_", 60)),
        ("CI uses {s} today", "glpat-" + _run(rng, _ALNUM, 20)),
        ("bot: {s}", "xoxb-" + _run(rng, string.digits, 12) + "-" + _run(rng, _ALNUM, 24)),
        ("maps {s}", "AIza" + _run(rng, _ALNUM, 35)),
        ("{s} in the log", "sk_live_" + _run(rng, _ALNUM, 24)),
        ("use {s}", "sk-ant-" + _run(rng, _ALNUM, 40)),
        ("//registry:_authToken={s}", "npm_" + _run(rng, _ALNUM, 36)),
        ("mail {s}", "SG." + _run(rng, _ALNUM, 22) + "." + _run(rng, _ALNUM, 43)),
        ("Authorization: Bearer {s}", jwt),
        ("cookie had {s} in it", jwt),
        ("Authorization: Bearer {s}", long),
        ("authorization: Basic {s}", base64.b64encode(f"jdoe:{long}".encode()).decode()),
        ("X-Api-Key: {s}", long),
        ("api_key={s}&x=1", long),
        ('"apiKey": "{s}"', long),
        ("access token: {s}", long),
        ("AZURE_CLIENT_SECRET is {s}", "a1B8Q~" + _run(rng, _ALNUM, 34)),
        (
            "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={s};EndpointSuffix=core",
            _run(rng, _ALNUM + "+/", 86) + "==",
        ),
        ("https://x.blob.example/c?sv=2024&sig={s}&se=2", _run(rng, _ALNUM, 40) + "%3D"),
        ("otpauth://totp/x?secret={s}&issuer=y", _run(rng, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)),
        ("https://hooks.slack.com/services/{s}", "T000/B000/" + _run(rng, _ALNUM, 24)),
        ("BitLocker: {s}", "-".join(f"{rng.randint(0, 65535) * 11:06}" for _ in range(8))),
        ("paid with {s} yesterday", _card(rng)),
        ("Cookie: {s}", "sid=" + long),
    ]


def _card(rng: random.Random) -> str:
    digits = rng.choice(["4", "51", "55", "37"])
    length = 15 if digits == "37" else 16
    digits += _run(rng, string.digits, length - 1 - len(digits))
    total = sum(
        (int(d) * 2 - 9 if int(d) > 4 else int(d) * 2) if n % 2 == 0 else int(d) for n, d in enumerate(reversed(digits))
    )
    digits += str(-total % 10)
    if length == 16 and rng.random() < 0.5:
        joint = rng.choice(" -")
        return joint.join(digits[n : n + 4] for n in range(0, 16, 4))
    return digits


def _private_key(rng: random.Random) -> Case:
    body = "\n".join(_run(rng, _ALNUM + "+/", 64) for _ in range(6))
    kind = rng.choice(["RSA ", "", "OPENSSH ", "EC "])
    end = rng.choice([f"\n-----END {kind}PRIVATE KEY-----", ""])
    return Case(f"see\n-----BEGIN {kind}PRIVATE KEY-----\n{body}{end}\n", body)


def secrets(seed: int, rounds: int) -> Iterator[Case]:
    rng = random.Random(seed)
    for _ in range(rounds):
        for template in (*_PROSE, *_CODE):
            plain = rng.choice(_WORDS) + str(rng.randint(100, 99999)) + rng.choice(["!", "#", "$", ""])
            secret = plain if "{x}" in template or any(c in template for c in ("net ", "-p", "-P")) else _password(rng)
            user = rng.choice(_USERS)
            line = template.format(s=secret, x=secret, u=user, n=rng.choice(["jdoe", "svc-backup", "akeller"]))
            yield Case(line, secret)
        for template in _URLS:
            secret = rng.choice(_WORDS) + str(rng.randint(100, 99999)) + rng.choice(["!", "%40", ""])
            yield Case(template.format(x=secret), secret)
        for template, secret in _tokens(rng):
            yield Case(template.replace("{s}", secret), secret)
        yield _private_key(rng)


_CLEAN = [
    "{n} cannot sign in: password expired on {d}.",
    "Outlook keeps asking for the password since {d}, the password is correct.",
    "The password was reset by the help desk and the user still cannot sign in.",
    "Reset her password, she has to change the password at next logon.",
    "Password last set            {d} 9:12:01 AM",
    "Password expires             Never",
    "Password changeable          {d} 9:12:01 AM",
    "Password required            Yes",
    "User may change password     Yes",
    "PasswordExpired     : False\nPasswordLastSet     : {d} 09:12:01\nPasswordNeverExpires : True",
    "badPwdCount : {i}\nLockedOut : True\nbadPasswordTime : 13345678901234567",
    "Error 0x8009030C: the token supplied to the function is invalid.",
    "TokenType: Bearer\nAzureAdPrt : YES\nKeySignTest : PASSED\nTpmProtected : YES",
    "Maximum password age (days): {i}\nMinimum password length: 8\nLength of password history maintained: 24",
    "Is the password of {n} correct? He says the password does not work on {h}.",
    "API key is missing in the header, the secret is not configured.",
    "net user jdoe /domain",
    'net user "anna keller" /active:yes',
    "net user",
    "net use\nStatus       Local     Remote\nOK           Z:        \\\\{h}\\data",
    "cmdkey /list\n    Target: MicrosoftOffice16_Data:SSPI:{n}\n    Type: Generic",
    "Ticket 4{i}23881{i}, serial 35{i}904, invoice 2026-{i}-11.",
    "S-1-5-21-1004336348-1177238915-682003330-{i}",
    "Test-NetConnection {h} -Port 443 : TcpTestSucceeded : True, RTT {i} ms",
    "Get-ADUser {n} -Properties PasswordLastSet, LockedOut | fl",
    "$cred = Get-Credential; $password = Read-Host -AsSecureString",
    "password: <your password>",
    "Password: ********",
    "password=$env:DB_PASSWORD",
    'password = os.environ["DB_PASSWORD"]',
    "-Password $securePassword -Credential (Get-Credential)",
    "The printer {h} shows error 50.4, pin the shortcut to the taskbar.",
    "Pass the cable through, all tests pass: yes.",
    "Two-factor token was lost, {n} needs a new token.",
    "Windows product id 00330-80000-00000-AA{i}, build 22631.{i}",
    "mac 00-1A-2B-3C-4D-{i}, ip 10.20.3.{i}, gateway 10.20.3.1, lease {d}",
    "https://portal.fernhill.example:8443/reset-password?step=2",
    "Contact it@fernhill.example or see https://kb.fernhill.example/articles/{i}#password-reset",
    "GUID 6f9619ff-8b86-d011-b42d-00cf4fc964{i}, hash d41d8cd98f00b204e9800998ecf842{i}",
    "IMEI 490154203237518, phone +41 44 555 01 {i}",
    "Wrong password entered 5 times, account {n} locked out from {h}.",
    "key: the value cannot be empty; secret santa list is on {h}",
    "He says his password is too short and the password is 12 characters minimum.",
    "Password policy: at least 14 characters; password history: 24",
    "Key exchange failed, the host key of {h} changed.",
    "Your password will expire in {i} days. Consider changing your password.",
    "Credential Manager holds an old entry; credentials are cached for {n}.",
    "The login is slow, login: 40 s, profile load {i} s",
    "The PIN is asked for instead of the password. PIN reset was done.",
    "What does it say after the password is typed? Is the password: unknown?",
    "Why was the password changed? The password was rejected!",
    "SNMP community string is wrong on {h}.",
    "public key authentication failed for {n}; private key not found",
    "Bearer channel busy on line {i}; bearer of bad news",
    "dsregcmd /status: AzureAdJoined : YES, DomainJoined : NO, SSO token : missing",
]


def clean(seed: int, rounds: int) -> Iterator[str]:
    rng = random.Random(seed)
    for _ in range(rounds):
        for template in _CLEAN:
            yield template.format(
                n=rng.choice(["jdoe", "anna.keller", "Anna Keller", "svc-backup"]),
                d=f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/2026",
                h=rng.choice(["SRV-DC01", "ws-fd-014", "PRN-02", "fs01.fernhill.example"]),
                i=rng.randint(10, 99),
            )


def leaks(case: Case, redacted: str) -> bool:
    """Whether five characters of the secret in a row are still there."""
    around = case.text.replace(case.secret, "")
    pieces = {case.secret[n : n + 5] for n in range(len(case.secret) - 4)}
    return any(piece in redacted and piece not in around for piece in pieces)


def log_lines(seed: int, count: int) -> Iterator[str]:
    """Lines as services, web servers and the Windows event log write them, without secrets."""
    rng = random.Random(seed)
    for number in range(count):
        clock = f"{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}"
        yield rng.choice(_LOG).format(clock=clock, n=number, i=rng.randint(1, 99_999), h=rng.randint(1, 250))


_LOG = [
    "2026-11-20 {clock}.123 INFO  [worker-{h}] sync.Engine - processed batch {n} of 9000 in {i} ms, queue depth {h}",
    "Nov 20 {clock} srv-web01 systemd[1]: Started Session {i} of user svc-backup.",
    '10.20.3.{h} - - [20/Nov/2026:{clock} +0000] "GET /api/items/{i}?page=2 HTTP/1.1" 200 {i} "-" "Mozilla/5.0 (X11; Linux x86_64)"',
    "Event[{n}]: Source: Service Control Manager Date: 2026-11-20T{clock}.1230000Z Event ID: 7036 The Print Spooler entered the running state.",
    "[{n}] DEBUG connection pool: active={h} idle={h} waiting=0 id=6f9619ff-8b86-d011-b42d-00cf4fc9{i:05}",
    "{clock} mapping drive Z: for user {h}, monkey test {i} skipped, spinning up disk {h}",
]


def texts_of(data: object) -> Iterator[str]:
    """Every string inside JSON-like data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for entry in cast("dict[str, object]", data).values():
            yield from texts_of(entry)
    elif isinstance(data, list):
        for entry in cast("list[object]", data):
            yield from texts_of(entry)
