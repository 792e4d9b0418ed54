"""Words that name nothing in particular, and how units are written. Data for `things.py`.

A capitalised word that is not listed here counts as a name and must be proven. So the lists hold words of ordinary
reporting and the fixed parts of the environment everybody works in (Windows and its tools, protocols), never brands
that one client has and another has not.
"""

from __future__ import annotations

from typing import Final

_ORDINARY: Final = """
a able about above accepted access accessing account accounts across actions active actual adapter added adding
additional address addresses admin administrator affected after afterwards again against all allowed almost alone
already also although always an and another answer any anyone anything apart app application applications applied
approved approximately apps are around as asked asks at attachment attachments attempt attempts audio authentication
available aware back backup backups bad bandwidth based basic because been before behind being below besides best
between blank blocked both browser browsers build building but button by cable cables cache cached calendar call
calls camera can cannot carrier cartridge cause caused certain certificate certificates change changed changes check
checked checking checks clear cleared clicking client clients closed closes closing cloud code colleagues command
common company computer computers confirmed confirms connecting connection connections connectivity console contact
contents copy correct could credential credentials current currently customer customers daily data database date day
days dead dear default deleted denied department description desktop despite detail details device devices did
different direct directory disabled disk display do dock docking does domain done down download downstream drive
driver drivers dropped due duplicate during each earlier either email emails employee empty enabled end engineer
enough entering entry error errors even evening event events ever every everyone everything exact exactly except
existing expired external extra failed failing fails failure failures false few fewer file files final finally
finding findings fine first fix fixed folder folders following for formal former found free from full further
gateway general given good granted group groups had half hard hardware has have having he headset healthy heavy
hello hence her here hi high him his history home host hosts hotspot hour hours how however huge i idle if image in
inactive inbound inbox incoming incorrect index information inside install installation installed installing instead
interface intermittent internal internet into invalid is issue issues it item items its itself jitter just keeps key
keyboard known laptop laptops large last lastly late latency later latest least legacy less licence license licenses
light like likely likewise line lines link links list live local location lock locked lockout lockouts log logged
login logins logon logs long longer loss low machine machines mail mailbox mailboxes main maintenance management
manager manual many mapped may me media meeting meetings member members memory message messages might minute minutes
missing mixed mobile mode model modern monitor monitoring month months more moreover morning most mouse moving much
multiple my name names near nearly need needed neighbours neither network networks never new newly next no nobody
noisy none nor normal not note noted notes nothing now number object odd of off office offline often old older on
once one ones online only open opened opening or original other others our out outage outbound outdated outside over
overdue own owner packet page pages paper part partial partly parts password passwords path people per perfect
permission permissions person phone phones ping plain plan please plugged plugging policies policy pool poor port
ports possible power present pressing previous previously primary print printed printer printers printing prior
probably problem problems process processes profile profiles program programs prompt prompts provider proxy public
quarter queue quick quickly quota random rather raw read ready reason reboot rebooted rebooting recent recently
reception record records recovery refused regards registry regular reinstalled rejected related release reload
remaining remote removed replaced reply report reported reports request requests required reset resolution resolved
resource response rest restart restarted restarting restore restored result results return right role room root
roughly route router routers rule rules running runs safe same saved scan scanner schedule screen script search
second secondary secure security see seen send sending sent separate server servers service services session
sessions set setting settings setup several share shared shares she shell short should shows sign signal silent
similar simple since single site size skipped slow slowly small smaller smart so software solid some somebody
someone something sometimes soon sorry sound source space specific spooler stable staff stale standard start started
starting starts startup state static status steady step steps still stop stopped stops storage store strange strict
strong stuck subnet such support sure switch switches sync syncing system systems table task team teams technician
temporary test tested testing tests than thanks that the their them then there these they thing third this those
though through thus ticket tickets time timed timeout times tiny to today together token tokens tomorrow toner too
total traffic tray tried true try trying tunnel turned two type unable under uninstalled unique unit unknown unless
unlike unlock unplugged unstable until unused up update updated updates upgrade upload upon upstream us usable usage
use used useful user username users using usual valid value values verified version very via video virtual visible
volume vs warm was we weak web webmail website websites week weeks well went were what when whenever where wherever
whether which while who whole whose why wide wifi will window wired wireguard wireless with within without wizard
won word work worked working works workstation workstations would wrong yes yesterday yet you young your zero zone
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
