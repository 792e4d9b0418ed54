"""Outputs about accounts, sign-in and the domain: Get-ADUser, net user, lockouts, dsregcmd, klist, gpresult, w32tm, dcdiag, repadmin, mailboxes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolutionflow.pilot.outputs.fields import Field, Says, parser
from resolutionflow.pilot.outputs.page import Page
from resolutionflow.pilot.outputs.readers import Labels, grouped, named, number_in, of_match, records, truth

_USER_NAMES = (
    "name samaccountname userprincipalname enabled lockedout passwordexpired passwordneverexpires passwordlastset accountexpirationdate "
    "badlogoncount badpwdcount lastbadpasswordattempt lastlogondate"
)
_USER_NEEDS = ("lockedout", "passwordexpired", "badpwdcount", "badlogoncount", "passwordneverexpires")
_LOCKOUT_NAMES = "timecreated account callercomputer"

_NET_USER = {
    "User name": "user",
    "Account active": "active",
    "Account expires": "account_expires",
    "Password last set": "password_last_set",
    "Password expires": "password_expires",
    "Password changeable": "",
    "Password required": "",
    "User may change password": "",
    "Last logon": "last_logon",
    "Full Name": "",
    "Comment": "",
    "User's comment": "",
    "Country/region code": "",
    "Workstations allowed": "",
    "Logon script": "",
    "User profile": "",
    "Home directory": "",
    "Logon hours allowed": "",
    "Local Group Memberships": "",
    "Global Group memberships": "",
    "The command completed": "",
}
_NET_LABEL = re.compile(
    r"(?<!\S)(" + "|".join(re.escape(label) for label in sorted(_NET_USER, key=len, reverse=True)) + r")(?= |\r?$)",
    re.MULTILINE,
)


def _net_user(page: Page) -> Iterator[Field]:
    hits = list(_NET_LABEL.finditer(page.text))
    if not any(hit[1] == "Account active" for hit in hits):
        return
    for number, hit in enumerate(hits):
        stop = hits[number + 1].start() if number + 1 < len(hits) else len(page.text)
        end = page.text.find("\n", hit.end(), stop)
        raw = page.text[hit.end() : stop if end < 0 else end]
        at = hit.end() + len(raw) - len(raw.lstrip())
        name, value = _NET_USER[hit[1]], raw.strip()
        if not name or not value or len(value) > 80:
            continue
        field = Field(name, value, hit.start(), at + len(value), at, at + len(value))
        yield field
        if name == "active":
            yield named(field, "locked", value.lower() == "locked")


_DSREG = Labels(
    {
        "azuread_joined": "AzureAdJoined",
        "domain_joined": "DomainJoined",
        "workplace_joined": "WorkplaceJoined",
        "prt": "AzureAdPrt",
        "prt_updated": "AzureAdPrtUpdateTime",
        "prt_expires": "AzureAdPrtExpiryTime",
        "wam": "WamDefaultSet",
        "device_auth": "DeviceAuthStatus",
        "attempt_status": "Attempt Status",
        "key_sign_test": "KeySignTest",
        "tenant": "TenantName",
        "device": "Device Name",
        "tpm": "TpmProtected",
        "_": (
            "EnterpriseJoined|EnterpriseJoined|Virtual Desktop|Server Error Code|Server Error Description|User "
            "Identity|Credential Type|Client Time|HTTP Method|HTTP Error|HTTP status"
        ),
    },
    pascal=True,
)


def _dsregcmd(page: Page) -> Iterator[Field]:
    entries = [entry for entry in _DSREG.read(page) if entry.text]
    if not any(entry.name in {"azuread_joined", "prt"} for entry in entries):
        return
    for entry in entries:
        text = entry.text.split("  +-")[0].split(" +---")[0].split(" | ")[0].strip()
        value = truth(text) if text in {"YES", "NO"} else None
        yield Field(
            entry.name,
            text if value is None else value,
            entry.start,
            entry.at + len(text),
            entry.at,
            entry.at + len(text),
        )


_TICKETS = re.compile(r"(?<!\S)Cached Tickets: \((\d{1,5})\)")
_TICKET = Labels(
    {
        "client": "Client",
        "server": "Server",
        "_": "KerbTicket Encryption Type|Ticket Flags|Start Time|End Time|Renew Time|Session Key Type|Cache Flags|Kdc Called",
    }
)


def _klist(page: Page) -> Iterator[Field]:
    count = _TICKETS.search(page.text)
    if count is None:
        return
    yield of_match(count, "tickets", float(count[1]), 1)
    granting = None
    for field in grouped(_TICKET.read(page)):
        if field.value != "":
            yield field
        if field.name == "server" and str(field.value).lower().startswith("krbtgt/"):
            granting = granting or field
    if granting is not None:
        yield named(granting, "tgt", value=True)
    elif count[1] == "0":
        yield of_match(count, "tgt", value=False)


_GP = Labels(
    {
        "last_applied": "Last time Group Policy was applied",
        "applied_from": "Group Policy was applied from",
        "slow_link_threshold": "Group Policy slow link threshold",
        "domain": "Domain Name",
        "site": "Site Name",
        "_": "Domain Type|OS Configuration|OS Version|Roaming Profile|Local Profile|Connected over a slow link?",
    }
)
_GP_LISTS = re.compile(
    r"(?<!\S)(Applied Group Policy Objects|The following GPOs were not applied because they were filtered out"
    r"|The (?:user|computer) is a part of the following security groups)"
)
_GP_NAME = re.compile(r"(?<=\n)[ ]{4,16}(\S[^\n\r]{0,120})")
_FILTERED = re.compile(r"Filtering:")


def _gpresult(page: Page) -> Iterator[Field]:
    lists = list(_GP_LISTS.finditer(page.text))
    entries = [entry for entry in _GP.read(page) if entry.text]
    if not lists and not any(entry.name in {"last_applied", "applied_from"} for entry in entries):
        return
    yield from (entry.field(entry.text) for entry in entries)
    for number, head in enumerate(lists):
        stop = lists[number + 1].start() if number + 1 < len(lists) else len(page.text)
        if "security groups" in head[1]:
            continue
        name = "applied_policy" if head[1].startswith("Applied") else "denied_policy"
        for hit in _GP_NAME.finditer(page.text, head.end(), stop):
            text = hit[1].strip()
            if set(text) == {"-"} or ":" in text or (name == "denied_policy" and _FILTERED.search(text)):
                continue
            yield Field(name, text, hit.start(1), hit.start(1) + len(text), hit.start(1), hit.start(1) + len(text))


_TIME = Labels(
    {
        "leap": "Leap Indicator",
        "stratum": "Stratum",
        "source": "Source",
        "last_sync": "Last Successful Sync Time",
        "offset_seconds": "Phase Offset",
        "_": (
            "Precision|Root Delay|Root Dispersion|ReferenceId|Poll Interval|ClockRate|State Machine|Time Source "
            "Flags|Server Role|Last Sync Error|Time since Last Good Sync Time"
        ),
    }
)


def _w32tm(page: Page) -> Iterator[Field]:
    entries = [entry for entry in _TIME.read(page) if entry.text]
    if not any(entry.name in {"leap", "stratum"} for entry in entries):
        return
    for entry in entries:
        if entry.name == "leap":
            yield entry.field("not synchronized" not in entry.text.lower(), name="synchronised")
        elif entry.name in {"stratum", "offset_seconds"}:
            number = number_in(entry.text)
            if number is not None:
                yield entry.field(number)
        else:
            yield entry.field(entry.text)


_DCDIAG = re.compile(r"(?<!\S)\.{5,60} {0,3}(\S{1,80}) (passed|failed) test {1,3}(\w{3,40})(?!\w)")


def _dcdiag(page: Page) -> Iterator[Field]:
    for group, hit in enumerate(_DCDIAG.finditer(page.text), 1):
        yield of_match(hit, "server", hit[1], 1, group=group)
        yield of_match(hit, "test", hit[3], 3, group=group)
        yield of_match(hit, "passed", hit[2] == "passed", 2, group=group)


_REPL = re.compile(
    r"(?<!\S)([\w-]{1,63}) {1,40}((?:\d{1,5}d\.)?(?:\d{1,2}h:)?(?:\d{1,2}m:)?:?\d{1,2}s|>\d{1,3} days"
    r"|unknown) {1,20}(\d{1,6}) */ {1,6}(\d{1,6}) {1,10}(\d{1,3})(?: {1,10}\((\d{1,6})\) ([^\n\r]{1,120}))?"
)


def _repadmin(page: Page) -> Iterator[Field]:
    if "Replication Summary" not in page.text and "largest delta" not in page.text:
        return
    for group, hit in enumerate(_REPL.finditer(page.text), 1):
        yield of_match(hit, "server", hit[1], 1, group=group)
        yield of_match(hit, "largest_delta", hit[2], 2, group=group)
        yield of_match(hit, "fails", float(hit[3]), 3, group=group)
        yield of_match(hit, "total", float(hit[4]), 4, group=group)
        yield of_match(hit, "failed_percent", float(hit[5]), 5, group=group)
        if hit[6]:
            yield of_match(hit, "error_code", float(hit[6]), 6, group=group)


PARSERS = (
    parser(
        "ad_user",
        records(_USER_NAMES, *_USER_NEEDS),
        "name text, samaccountname text, userprincipalname text, enabled flag, lockedout flag, "
        "passwordexpired flag, passwordneverexpires flag, passwordlastset text, "
        "accountexpirationdate text, badlogoncount number, badpwdcount number, lastbadpasswordattempt text, lastlogondate text",
        asked=r"\bGet-ADUser\b|\bSearch-ADAccount\b",
        signs=r"LockedOut|PasswordExpired|badPwdCount|BadLogonCount|PasswordNeverExpires",
        says=(
            Says("lockedout", when=True, text="The account {samaccountname} is locked out", weight=5),
            Says("lockedout", when=True, text="The account {name} is locked out", weight=5),
            Says("lockedout", when=True, text="The account is locked out", weight=5),
            Says("enabled", when=False, text="The account {samaccountname} is disabled", weight=6),
            Says("enabled", when=False, text="The account is disabled", weight=6),
            Says("passwordexpired", when=True, text="The password has expired", weight=5),
            Says("lockedout", when=False, text="The account {samaccountname} is not locked out", weight=3),
            Says("lockedout", when=False, text="The account is not locked out", weight=3),
            Says("enabled", when=True, text="The account is enabled", weight=1),
            Says("passwordexpired", when=False, text="The password has not expired", weight=2),
            Says("badlogoncount", None, "The bad logon count is {badlogoncount}", 2),
            Says("lastbadpasswordattempt", None, "The last bad password attempt was {lastbadpasswordattempt}", 2),
        ),
    ),
    parser(
        "net_user",
        _net_user,
        "user text, active text, locked flag, account_expires text, password_expires text, password_last_set text, last_logon text",
        asked=r"\bnet user\b",
        signs=r"Account active",
        says=(
            Says("locked", when=True, text="The account {user} is locked", weight=5),
            Says("locked", when=True, text="The account is locked", weight=5),
            Says("active", "No", "The account {user} is not active", 5),
            Says("active", "No", "The account is not active", 5),
            Says("active", "Yes", "The account {user} is active", 3),
            Says("active", "Yes", "The account is active", 3),
            Says("password_expires", None, "Password expires: {password_expires}", 2),
            Says("password_last_set", None, "Password last set: {password_last_set}", 2),
        ),
    ),
    parser(
        "lockout_events",
        records(_LOCKOUT_NAMES, "callercomputer", aliases={"callercomputername": "callercomputer"}),
        "timecreated text, account text, callercomputer text",
        asked=r"\b4740\b",
        signs=r"Caller ?Computer",
        says=(Says("callercomputer", None, "The lockout came from {callercomputer}", 5),),
    ),
    parser(
        "mailbox_access",
        records("mailbox user fullaccess sendas", "fullaccess"),
        "mailbox text, user text, fullaccess flag, sendas flag",
        asked=r"\bGet-(?:EXO)?RecipientPermission\b",
        signs=r"FullAccess +:",
        says=(
            Says("fullaccess", when=False, text="{user} has no full access to {mailbox}", weight=4),
            Says("fullaccess", when=False, text="There is no full access to the mailbox", weight=4),
            Says("fullaccess", when=True, text="{user} has full access to {mailbox}", weight=3),
            Says("fullaccess", when=True, text="There is full access to the mailbox", weight=3),
            Says("sendas", when=False, text="There is no permission to send as the mailbox", weight=4),
            Says("sendas", when=True, text="There is permission to send as the mailbox", weight=2),
        ),
    ),
    parser(
        "mailbox_permission",
        records("identity user trustee accessrights automapping", "accessrights", "automapping"),
        "identity text, user text, trustee text, accessrights text, automapping flag",
        asked=r"\bGet-(?:EXO)?MailboxPermission\b",
        signs=r"AccessRights|AutoMapping",
        says=(Says("accessrights", None, "{user} has {accessrights} on {identity}", 3),),
    ),
    parser(
        "dsregcmd",
        _dsregcmd,
        "azuread_joined flag, domain_joined flag, workplace_joined flag, prt flag, prt_updated text, "
        "prt_expires text, wam flag, device_auth text, attempt_status text, "
        "key_sign_test text, tenant text, device text, tpm flag",
        asked=r"\bdsregcmd\b",
        signs=r"AzureAdJoined|AzureAdPrt",
        says=(
            Says("prt", when=False, text="AzureAdPrt is NO", weight=5),
            Says("prt", when=True, text="AzureAdPrt is YES", weight=4),
            Says("azuread_joined", when=False, text="AzureAdJoined is NO", weight=4),
            Says("azuread_joined", when=True, text="AzureAdJoined is YES", weight=2),
            Says("domain_joined", when=True, text="DomainJoined is YES", weight=1),
            Says("domain_joined", when=False, text="DomainJoined is NO", weight=1),
            Says("attempt_status", None, "The attempt status is {attempt_status}", 4),
        ),
    ),
    parser(
        "klist",
        _klist,
        "tickets number, client text, server text, tgt flag",
        asked=r"\bklist\b",
        signs=r"Cached Tickets",
        says=(
            Says("tgt", when=False, text="There are no Kerberos tickets in the cache", weight=4),
            Says("tickets", None, "{tickets} Kerberos tickets are in the cache", 2),
        ),
    ),
    parser(
        "gpresult",
        _gpresult,
        "last_applied text, applied_from text, slow_link_threshold text, domain text, site text, applied_policy text, denied_policy text",
        asked=r"\bgpresult\b",
        signs=r"Group Policy was applied|Group Policy Objects|GPOs were not applied",
        says=(
            Says("denied_policy", None, "The policy {denied_policy} was not applied", 4),
            Says("last_applied", None, "Group Policy was applied last on {last_applied}", 3),
            Says("applied_from", None, "Group Policy was applied from {applied_from}", 2),
            Says("applied_policy", None, "The policy {applied_policy} was applied", 2),
        ),
    ),
    parser(
        "w32tm",
        _w32tm,
        "synchronised flag, stratum number, source text, last_sync text, offset_seconds number:s",
        asked=r"\bw32tm\b",
        signs=r"Leap Indicator|Stratum",
        says=(
            Says("synchronised", when=False, text="The clock is not synchronized", weight=5),
            Says("source", None, "The time source is {source}", 3),
            Says("last_sync", "unspecified", "The clock was never synchronized", 4),
            Says("last_sync", None, "The clock was last synchronized on {last_sync}", 2),
            Says("stratum", None, "Stratum is {stratum}", 1),
        ),
    ),
    parser(
        "dcdiag",
        _dcdiag,
        "server text, test text, passed flag",
        asked=r"\bdcdiag\b",
        signs=r"(?:passed|failed) test",
        says=(
            Says("passed", when=False, text="{server} failed test {test}", weight=5),
            Says("passed", when=True, text="{server} passed test {test}", weight=1),
        ),
    ),
    parser(
        "repadmin",
        _repadmin,
        "server text, largest_delta text, fails number, total number, failed_percent number:%, error_code number",
        asked=r"\brepadmin\b",
        signs=r"Replication Summary|largest delta",
        says=(
            Says("error_code", None, "Replication of {server} failed with error {error_code}", 5),
            Says("fails", 0.0, "Replication of {server} had 0 fails", 2),
            Says("fails", None, "Replication of {server} had {fails} fails of {total}", 4),
        ),
    ),
)
