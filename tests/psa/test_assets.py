"""Hosts and addresses of other clients in a text: found where they point at one client, and quickly."""

from __future__ import annotations

import random
import time

import pytest

from resolutionflow.psa.providers.assets import Asset
from resolutionflow.psa.writeback.assets import traces

ASSETS = (
    Asset("1", "QMD-SRV01", "10.20.0.10"),
    Asset("1", "QMD-FW01.quillmere.example", "203.0.113.20"),
    Asset("1", "Shared-NAS7", "192.168.77.5"),
    Asset("2", "MBL-SRV01", "10.21.0.10"),
    Asset("2", "mbl-ws-021.marrowby.example", "10.21.3.21, 2001:db8:21::21"),
    Asset("2", "MBL-FW01", "203.0.113.21"),
    Asset("2", "DC01", "192.168.1.10"),
    Asset("2", "Front desk printer", "172.31.9.9"),
    Asset("2", "print-server", "10.21.3.30/24"),
    Asset("2", "Shared-NAS7", ""),
    Asset("2", "MBL-SW-CORE", "fe80::1"),
    Asset("3", "NVL-LT-4", "172.31.9.40"),
    Asset("3", "TVC9", "198.51.100.9"),
    Asset("4", "PWA-HV01", "198.51.100.9"),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Restarted QMD-SRV01 at 10.20.0.10, and qmd-fw01 on 203.0.113.20.", []),
        ("The same as on mbl-srv01 last week", ["mbl-srv01"]),
        ("(MBL-WS-021.marrowby.example)", ["MBL-WS-021.marrowby.example"]),
        ("connected to MBL-WS-021, then rebooted.", ["MBL-WS-021"]),
        ("copied from \\\\MBL-SRV01\\c$\\temp", ["MBL-SRV01"]),
        ("through the switch MBL-SW-CORE", ["MBL-SW-CORE"]),
        ("XMBL-SRV01 and MBL-SRV011 and MBL-SRV01x", []),
        # What half of all networks call something, words with blanks, names too short to tell anything.
        ("DC01 and the Front desk printer behind print-server, TVC9", []),
        # Both clients have one.
        ("Shared-NAS7 was full", []),
        ("It answers at 203.0.113.21.", ["203.0.113.21"]),
        ("ping 10.21.0.10: Reply from 10.21.0.10", ["10.21.0.10"]),
        ("v4 10.21.3.30 and v6 2001:DB8:21:0:0:0:0:21", ["10.21.3.30", "2001:DB8:21:0:0:0:0:21"]),
        ("version 10.21.0.100, 110.21.0.10, 10.21.0.10.5, 1.10.21.0.10", []),
        # A network devices come with, one that two clients have, an address two clients have, addresses of nobody.
        ("192.168.1.10, 172.31.9.9, 198.51.100.9, 127.0.0.1, fe80::1, 12:30:45, 192.0.2.200", []),
        ("", []),
    ],
)
def test_what_points_at_one_other_client_is_found(text: str, found: list[str]) -> None:
    assert [trace.found for trace in traces(text, "1", ASSETS)] == found


def test_a_ticket_of_nobody_may_name_nobodys_hosts() -> None:
    assert [(trace.found, trace.company_id) for trace in traces("QMD-SRV01 and MBL-SRV01", None, ASSETS)] == [
        ("QMD-SRV01", "1"),
        ("MBL-SRV01", "2"),
    ]


def test_twenty_thousand_assets_are_compared_at_once() -> None:
    chance = random.Random(7)
    assets = [
        Asset(
            str(n % 400), f"C{n % 400:03}-WS-{n:05}", f"10.{n % 200}.{chance.randrange(250)}.{chance.randrange(1, 250)}"
        )
        for n in range(20_000)
    ]
    text = " ".join(f"Checked C007-WS-{n:05} at 10.7.{n % 250}.12 and 203.0.113.{n % 250}." for n in range(400))
    began = time.process_time()
    found = traces(text, "7", assets)
    assert time.process_time() - began < 0.5
    assert all(trace.company_id != "7" for trace in found)
