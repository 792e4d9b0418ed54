"""Pasted outputs: fields with the line that shows them, whatever the line ends, prompts and widths; never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.outputs import PARSERS, command_error, parse_output

IPCONFIG = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : THC-PC-03
   Node Type . . . . . . . . . . . . : Hybrid

Ethernet adapter Ethernet:

   Connection-specific DNS Suffix  . : thistlecombe.example
   DHCP Enabled. . . . . . . . . . . : Yes
   IPv4 Address. . . . . . . . . . . : 192.168.40.23(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : 192.168.40.1
   DHCP Server . . . . . . . . . . . : 192.168.40.5
   DNS Servers . . . . . . . . . . . : 192.168.40.5
                                       192.168.40.6

Wireless LAN adapter Wi-Fi:

   Media State . . . . . . . . . . . : Media disconnected
"""
NSLOOKUP_OK = "Server:  dc01.elverton.example\nAddress:  192.168.12.5\n\nNon-authoritative answer:\nName:    www.example\nAddresses:  2001:db8::1\n          198.51.100.7\n"
RESOLVE_OK = """
Name                                           Type   TTL   Section    IPAddress
----                                           ----   ---   -------    ---------
files.elverton.example                         A      1200  Answer     192.168.12.9
"""
TNC = """
ComputerName     : vpn.norvane.example
RemoteAddress    : 203.0.113.44
RemotePort       : 443
InterfaceAlias   : Ethernet
SourceAddress    : 10.0.0.12
TcpTestSucceeded : True
"""
PING_BAD = "Pinging 10.20.4.1 with 32 bytes of data:\nReply from 10.20.4.31: Destination host unreachable.\n\nPing statistics for 10.20.4.1:\n    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),\n"
SERVICE_TABLE = "\nStatus   Name               DisplayName\n------   ----               -----------\nStopped  Spooler            Print Spooler\n"
PRINTER_TABLE = """
Name                           ComputerName    Type         DriverName                PortName        Shared   Published  DeviceType  PrinterStatus
----                           ------------    ----         ----------                --------        ------   ---------  ----------  -------------
Front desk                                     Local        Generic PCL6              IP_192.168.40.60 False    False      Print       Offline
"""
PSDRIVE = """
Name           Used (GB)     Free (GB) Provider      Root
----           ---------     --------- --------      ----
C                 110.53          8.21 FileSystem    C:\\
D                 900.00        100.00 FileSystem    D:\\
"""
VOLUME = """
DriveLetter FriendlyName FileSystemType DriveType HealthStatus OperationalStatus SizeRemaining      Size
----------- ------------ -------------- --------- ------------ ----------------- -------------      ----
C           Windows      NTFS           Fixed     Healthy      OK                      9.47 GB 237.87 GB
"""
CASES = [
    ("ipconfig", IPCONFIG, "ipv4", "192.168.40.23"),
    ("ipconfig", IPCONFIG, "gateway", "192.168.40.1"),
    ("ipconfig", IPCONFIG, "apipa", False),
    ("ipconfig", IPCONFIG, "media", "Media disconnected"),
    ("dns_lookup", NSLOOKUP_OK, "status", "ok"),
    ("dns_lookup", NSLOOKUP_OK, "address", "198.51.100.7"),
    ("dns_lookup", NSLOOKUP_OK, "server", "192.168.12.5"),
    ("dns_lookup", RESOLVE_OK, "address", "192.168.12.9"),
    ("dns_lookup", "*** dc01 can't find x.example: Non-existent domain", "status", "nxdomain"),
    ("dns_lookup", "Resolve-DnsName : x : DNS name does not exist", "status", "nxdomain"),
    ("dns_lookup", "DNS request timed out.\n    timeout was 2 seconds.", "status", "timeout"),
    ("test_net_connection", TNC, "tcp", True),
    ("test_net_connection", "WARNING: Name resolution of x.example failed", "resolved", False),
    ("ping", PING_BAD, "reachable", False),
    ("ping", "64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.5 ms", "reachable", True),
    ("ping", "Ping request could not find host nothere.", "unresolved", True),
    ("service", SERVICE_TABLE, "status", "stopped"),
    ("service", "Name      : DNS\nStatus    : Running\nStartType : Automatic", "start_type", "automatic"),
    ("service", "        STATE              : 4  RUNNING\n", "status", "running"),
    ("printer", PRINTER_TABLE, "status", "offline"),
    ("drive_space", PSDRIVE, "free_gb", 8.21),
    ("drive_space", VOLUME, "free_percent", 4.0),
    ("drive_space", "UsedGB : 90,5\nFreeGB : 9,5", "free_percent", 9.5),
    ("dsregcmd", "             AzureAdJoined : YES\n                AzureAdPrt : NO", "prt", False),
    ("ad_user", "SamAccountName : x\nLockedOut : True", "lockedout", True),
    ("net_user", "Account active               Locked", "locked", True),
    ("cmdkey", "Currently stored credentials:\n\n* NONE *", "empty", True),
    ("lockout_events", "TimeCreated    : 1\nCallerComputer : NORV-PC-022", "callercomputer", "NORV-PC-022"),
    ("disk_usage", "UpdateGB : 1\nUsersGB : 30\nLogsGB : 2", "largest", "none"),
    ("disk_usage", "UpdateGB : 21\nUsersGB : 30\nLogsGB : 2", "largest", "update"),
    ("shadow_storage", "   Used Shadow Copy Storage space: 31.2 GB (31%)", "used_percent", 31.0),
    (
        "print_jobs",
        "Id    ComputerName    PrinterName     DocumentName         SubmittedTime        JobStatus\n--    ------------    -----------     ------------         -------------        ---------\n4                     Front desk      cards.pdf            20/11/2026 08:10:00  Deleting, Printing\n",
        "stuck",
        True,
    ),
    ("adapters", "Name : Ethernet\nStatus : Up\nLinkSpeed : 1 Gbps", "up", True),
    ("wlan", "    State                  : connected\n    Signal                 : 42%", "signal", 42.0),
    ("vpn_connection", "Name : Office\nConnectionStatus : Disconnected", "connectionstatus", "Disconnected"),
    ("mailbox_access", "FullAccess : True\nSendAs : False", "sendas", False),
    ("onedrive_account", "UserEmail : \nUserFolder : C:\\x", "useremail", ""),
]


@pytest.mark.parametrize(("command", "text", "field", "value"), CASES)
@pytest.mark.parametrize("shape", ["as it is", "crlf", "prompt", "indented"])
def test_a_field_is_found_with_its_line(command: str, text: str, field: str, value: object, shape: str) -> None:
    shown = {
        "as it is": text,
        "crlf": text.replace("\n", "\r\n"),
        "prompt": f"PS C:\\Users\\kit> some-command\n{text}\nPS C:\\Users\\kit> ",
        "indented": "\n".join(f"  {line}" for line in text.split("\n")),
    }[shape]
    found = [entry for entry in parse_output(command, shown) if entry.name == field]
    assert value in [entry.value for entry in found]
    for entry in found:
        quote = shown[entry.start : entry.end]
        assert quote.strip() == quote
        assert "\n" not in quote
        assert quote


@pytest.mark.parametrize("command", sorted(PARSERS))
@pytest.mark.parametrize(
    "text", ["", "\n\n", "hello there", "The user says it does not work: nothing happens.", "PS C:\\> "]
)
def test_prose_is_nobodys_output(command: str, text: str) -> None:
    if command != "list":
        assert parse_output(command, text) == ()


@given(st.text(max_size=400), st.sampled_from(sorted(PARSERS)))
def test_no_text_breaks_a_parser_and_spans_stay_inside(text: str, command: str) -> None:
    for entry in parse_output(command, text):
        assert 0 <= entry.start <= entry.end <= len(text)


@given(st.sampled_from(CASES), st.text(max_size=60), st.integers(min_value=0, max_value=400))
def test_damaged_output_breaks_nothing(case: tuple[str, str, str, object], noise: str, at: int) -> None:
    command, text, _, _ = case
    damaged = text[:at] + noise + text[at:]
    for entry in parse_output(command, damaged):
        assert damaged[entry.start : entry.end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "'dsregcmd' is not recognized as an internal or external command,",
        "Get-ADUser : The term 'Get-ADUser' is not recognized as the name of a cmdlet",
        "System error 5 has occurred.\n\nAccess is denied.",
        "Get-ADUser : Cannot find an object with identity: 'x'",
    ],
)
def test_a_failed_command_is_seen_as_such(text: str) -> None:
    assert command_error(text)


def test_an_unknown_parser_gives_nothing() -> None:
    assert parse_output("no-such-parser", "Status : Running") == ()
