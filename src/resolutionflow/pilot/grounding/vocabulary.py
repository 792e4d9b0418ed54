"""Words that name nothing in particular, and how units are written. Data for `things.py`.

A capitalised word that is not listed here counts as a name and must be proven. So the lists hold words of ordinary
reporting and the fixed parts of the environment everybody works in (Windows and its tools, protocols), never brands
that one client has and another has not.
"""

from __future__ import annotations

from typing import Final

_ORDINARY: Final = """
a about above accepted access accessing account accounts across actions active actual adapter added additional
address addresses admin administrator affected after again against all allowed almost alone already also although
always an and another answer any anyone anything app application applications applied approved apps are around as
asked at attachment attachments attempt attempts audio authentication available back backup backups bandwidth based
basic because been before behind being below best between blank blocked both browser browsers build building but
button by cable cables cache cached calendar call calls camera can cannot carrier cause caused certificate
certificates change changed changes check checked checking checks clear cleared client clients closed cloud code
colleagues command company computer computers confirmed connection connections connectivity console contact contents
copy correct could credential credentials current currently customer customers daily data database date day days
default deleted denied department description desktop details device devices did different direct directory disabled
disk display do does domain done down download downstream drive driver drivers due duplicate during each earlier
either email emails employee enabled end engineer enough entry error errors even evening event events ever every
everyone everything exact exactly except existing expired external failed failing fails failure failures false few
file files final finally first fix fixed folder folders following for found free from full further gateway general
given good granted group groups had half hard hardware has have having he headset hello her here high him his
history home host hosts hotspot hour hours how however i if image in inbound inbox incoming index information inside
install installation installed installing instead interface internal internet into is issue issues it item items its
itself jitter just key keyboard known laptop laptops large last lastly late latency later latest least less licence
license licenses like likely line lines link links list local location lock locked lockout lockouts log logged login
logins logon logs long longer loss low machine machines mail mailbox mailboxes main maintenance management manager
manual many mapped may me media meeting meetings member members memory message messages might minute minutes missing
mobile mode model monitor monitoring month months more morning most mouse much multiple my name names near need
needed neighbours neither network networks never new newly next no nobody none nor normal not note noted notes
nothing now number object of off office offline often old on once one ones online only open opened opening or
original other others our out outage outbound over own owner packet page pages partial parts password passwords path
people per permission permissions person phone phones ping plan please plugged policies policy pool port ports
possible power present previous previously primary print printed printer printers printing prior probably problem
problems process processes profile profiles program programs prompt prompts provider proxy public queue quick quota
rather read reason reboot rebooting recent recently reception record records recovery refused registry rejected
related release reload remaining remote removed replaced reply report reported reports request requests required
reset resolution resolved resource response restart restarted restarting restore restored result results return
right role room root route router routers rule rules running same saved scan scanner schedule screen script search
second secondary secure security see seen send sending sent separate server servers service services session
sessions set setting settings setup several share shared shares she shell should shows sign signal since single site
size slow small smaller so software some someone something soon sound source space specific spooler staff standard
start started starting startup state static status step steps still stop stopped storage store subnet such support
sure switch switches sync syncing system systems table task team teams technician temporary test tested testing
tests than that the their them then there these they thing third this those though through thus ticket tickets time
timeout times to today together token tokens tomorrow too total traffic tried true try trying tunnel turned two type
under unit unknown unlock until up update updated updates upgrade upload upon upstream us usage use used user
username users using usual valid value values verified version very via video virtual volume vs was we web webmail
website websites week weeks well went were what when where whether which while who whole whose why wifi will window
wired wireguard wireless with within without wizard won word work worked working works workstation workstations
would wrong yes yesterday yet you your zero zone
"""

_ENVIRONMENT: Final = """
active-directory ad admin aes antivirus api bios bluetooth bsod cab cd cli cmd cname cpu csv ctrl dc del dhcp dkim
dmarc dmz dns dsl dvd edns esc ethernet exe explorer firewall fqdn ftp gb gpo gpu gui hdd hdmi html http https
hypervisor icmp id imap internet intranet ip ipconfig ipv4 ipv6 isp it json kb kerberos kernel lan ldap led mac mapi
mb mfa microsoft mx nas nat nic nla nslookup ntfs ntlm ntp nvram ok os ost otp panel pc pdf pid pin pop3 powershell
ppp pst psu ptr qos raid ram rdp sid smb sms smtp sql ssd ssh ssid ssl sso taskbar tb tcp tls tpm ttl txt uac udp ui
upn ups url usb utc uuid viewer vlan vm vnc voip vpn wan wi-fi wifi windows wlan wmi xml zip
"""

COMMON_WORDS: Final = frozenset((_ORDINARY + _ENVIRONMENT).split())

# A word with one of these endings at the start of a sentence is grammar, not a name.
GRAMMAR_ENDINGS: Final = ("ing", "ed", "tion", "tions", "ment", "ments", "ness", "ly", "able", "ible", "ity", "ally")

_SMALL_NUMBERS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
"""
NUMBER_WORDS: Final = {word: str(value) for value, word in enumerate(_SMALL_NUMBERS.split())} | {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "hundred": "100",
}

# Too common as an article or pronoun to prove anything.
LOOSE_NUMBER_WORDS: Final = frozenset({"zero", "one"})

_UNIT_SPELLINGS: Final = {
    "%": "% percent pct",
    "b": "byte bytes",
    "kb": "kb kib kilobyte kilobytes",
    "mb": "mb mib megabyte megabytes",
    "gb": "gb gib gigabyte gigabytes",
    "tb": "tb tib terabyte terabytes",
    "kbps": "kbps kbit/s kb/s",
    "mbps": "mbps mbit/s",
    "gbps": "gbps gbit/s",
    "ms": "ms msec millisecond milliseconds",
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "day days",
    "w": "week weeks",
    "mhz": "mhz",
    "ghz": "ghz",
    "dbm": "dbm",
    "v": "v volt volts",
    "w_power": "watt watts",
    "c": "°c celsius",
}
UNITS: Final = {spelling: unit for unit, spellings in _UNIT_SPELLINGS.items() for spelling in spellings.split()}
