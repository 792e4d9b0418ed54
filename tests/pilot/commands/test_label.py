"""Commands are labelled by what they would do. What is not known to be harmless is never called read-only."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.pilot.commands import Risk, label, unix, verbs, windows
from resolutionflow.pilot.commands.specs import judge
from resolutionflow.pilot.contract import Shell

ENCODED = base64.b64encode("Remove-Item C:\\x -Recurse".encode("utf-16-le")).decode()

READ_ONLY: dict[Shell, list[str]] = {
    "powershell": [
        "Get-Service Spooler | Where-Object { $_.Status -eq 'Running' } | fl *",
        "Test-NetConnection mail.fernhill.example -Port 443",
        "tnc 192.0.2.1 -p 443 2>$null",
        "Get-ADUser jdoe -Properties LockedOut, PasswordLastSet | Select-Object Name, LockedOut",
        "Get-WinEvent -FilterHashtable @{LogName='Security'; Id=4740} -MaxEvents 20 | Format-List TimeCreated, Message",
        "gci C:\\Temp -Recurse -ea 0 | sort Length -desc | select -first 10 Name, @{n='MB';e={[math]::Round($_.Length/1MB,1)}}",
        "$d = (Get-Date).AddDays(-1); Get-EventLog System -After $d",
        "ipconfig /all",
        "Resolve-DnsName fernhill.example -Type MX",
        "if (Test-Path C:\\x) { Get-Content C:\\x -Tail 5 } else { 'none' }",
        "& 'C:\\Windows\\System32\\ping.exe' 192.0.2.1",
        "dsregcmd /status",
        "net user jdoe /domain",
        "cmdkey /list",
        "Get-CimInstance Win32_LogicalDisk | % { '{0} {1:N1}' -f $_.DeviceID, ($_.FreeSpace/1GB) }",
        'powershell -NoProfile -Command "Get-Process"',
        "Invoke-WebRequest https://portal.fernhill.example -UseBasicParsing | select StatusCode",
        "Invoke-Command -ComputerName ws01 -ScriptBlock { Get-Service }",
        "sc.exe query spooler",
        "nltest /sc_query:fernhill.example",
        "Test-ComputerSecureChannel",
        "Get-Mailbox shared | Get-MailboxPermission",
        "function f { Get-Date }; f",
    ],
    "cmd": [
        "ipconfig /all",
        "ping -n 4 192.0.2.1 > nul 2>&1 && echo ok",
        "net user",
        "net user jdoe /domain",
        "net use",
        "net start | findstr /i spool",
        "sc query spooler",
        "reg query HKCU\\Software\\Microsoft /s",
        "wmic logicaldisk get size,freespace",
        "route print",
        "netsh wlan show interfaces",
        "netsh interface ip show config",
        "dir /s C:\\Temp 2>nul",
        'for /f "tokens=2" %i in (\'ipconfig ^| find "IPv4"\') do @echo %i',
        "if exist C:\\x (type C:\\x) else (echo none)",
        'cmd /c "whoami /all"',
        'powershell -c "Get-Service"',
        "schtasks /query /fo list",
        "w32tm /query /status",
        "chkdsk C:",
        "echo a ^& b",
        "arp -a",
        "C:\\Windows\\System32\\nslookup.exe mail.fernhill.example 192.0.2.53",
    ],
    "bash": [
        "cat /var/log/syslog | grep -i error | tail -n 20",
        "sudo systemctl status ssh",
        "journalctl -u nginx --since '1 hour ago' 2>/dev/null",
        "ip addr show",
        "ip a",
        "ip route",
        "df -h && free -m; uptime",
        "for i in 1 2 3; do ping -c1 192.0.2.$i; done",
        'echo "today $(date)"',
        "find /var/log -name '*.log' -size +100M",
        "curl -sS -o /dev/null -w '%{http_code}' https://portal.fernhill.example",
        "docker ps -a",
        "iptables -L -n",
        "command -v python3",
        "timeout 5 dig mx fernhill.example",
        "crontab -l",
        "dpkg -l | awk '{print $2}'",
        "ls | xargs -n1 stat",
        "nmcli device status",
        "bash -c 'uname -a'",
        "ps aux >&2",
        "kubectl get pods -A",
    ],
    "python": [
        "import socket\nprint(socket.gethostbyname('fernhill.example'))",
        "import os, platform\nfor n in os.listdir('.'): print(n, os.path.getsize(n))",
        "print(open('x.txt').read().strip())",
        "from pathlib import Path\nprint(sorted(p.name for p in Path('.').iterdir()))",
    ],
    "network": [
        "show ip interface brief",
        "sw01# sh run | include vlan",
        "display version\nping 192.0.2.1",
        "terminal length 0\nshow log",
        "do show arp",
        "get system status",
        "/ip address print",
    ],
}
CHANGES: dict[Shell, list[str]] = {
    "powershell": [
        "Restart-Service Spooler",
        "Set-ADAccountPassword jdoe -Reset",
        "Unlock-ADAccount jdoe",
        "ipconfig /flushdns",
        "Get-Service > out.txt",
        "Get-Service | Out-File x.txt",
        "Get-Process | Export-Csv x.csv",
        "sc query spooler",
        "Get-Service x | Stop-Service",
        "(Get-Item x).IsReadOnly = $false",
        "[System.IO.File]::WriteAllText('x','y')",
        "Get-Date; if ($x) { New-Item y }",
        '"$(Restart-Computer)"',
        "kill -Name outlook",
        "Test-ComputerSecureChannel -Repair",
        "Invoke-WebRequest https://x.example/a.exe -OutFile a.exe",
        "Clear-DnsClientCache",
        "net stop spooler",
        "Get-Service | ForEach-Object { $_.Start() }",
        "Invoke-Command ws01 { Restart-Service x }",
        'cmd /c "net stop spooler"',
    ],
    "cmd": [
        "ipconfig /release & ipconfig /renew",
        "net stop spooler",
        "net user jdoe /active:yes",
        "net use z: \\\\fs01\\data",
        "sc config spooler start= auto",
        "reg add HKCU\\x /v y /d 1",
        "netsh winsock reset",
        "dir > list.txt",
        "if exist x net start spooler",
        "for %i in (1 2) do copy a b",
        "taskkill /im outlook.exe /f",
        "sfc /scannow",
        'cmd /c "shutdown /r"',
        "powershell Restart-Service x",
    ],
    "bash": [
        "sudo systemctl restart nginx",
        "echo x > /etc/hosts",
        "sed -i s/a/b/ x",
        "ip link set eth0 down",
        "ls $(touch x)",
        "find . -exec chmod 600 {} \\;",
        "curl -X POST https://x.example",
        "apt install jq",
        "ls | xargs chmod 700",
        "bash -c 'kill 1'",
        "cat x | tee y",
    ],
    "python": [
        "open('x','w').write('y')",
        "import shutil as s\ns.copy('a','b')",
        "from os import makedirs as m\nm('x')",
    ],
    "network": [
        "conf t",
        "clear arp",
        "reload",
        "write memory",
        "interface gi0/1\n shutdown",
        "show run | redirect tftp://x",
    ],
}
DESTRUCTIVE: dict[Shell, list[str]] = {
    "powershell": [
        "Remove-Item C:\\x -Recurse -Force",
        "gci | rm",
        "Format-Volume D",
        "Get-ADUser x | Remove-ADUser",
        "[IO.File]::Delete('x')",
        "Get-Item x | % Delete",
        "Clear-EventLog System",
        f"powershell -EncodedCommand {ENCODED}",
        "iex 'Remove-Item x'",
        "reg delete HKCU\\x /f",
    ],
    "cmd": [
        "del /q x",
        "rd /s /q C:\\x",
        "format d:",
        "reg delete HKCU\\x",
        "echo y | del *.*",
        "(del x)",
        "vssadmin delete shadows",
        "d^el x",
    ],
    "bash": [
        "rm -rf /tmp/x",
        "sudo rm x",
        "x=$(rm y)",
        "dd if=/dev/zero of=/dev/sda",
        "find / -delete",
        "cat a > /dev/sda",
        "ls | xargs rm",
    ],
    "python": [
        "import os\nos.remove('x')",
        "from shutil import rmtree\nrmtree('x')",
        "from pathlib import Path\nPath('x').unlink()",
    ],
    "network": ["write erase", "delete flash:x", "erase startup-config"],
}
UNKNOWN: dict[Shell, list[str]] = {
    "powershell": [
        "Invoke-Expression $x",
        "& $cmd",
        ".\\fix.ps1",
        ". .\\lib.ps1",
        "Get-Item {",
        "Do-Magic",
        "tool.exe /x",
        "powershell -enc AAAA",
        "Start-Process notepad",
        "$x.Frobnicate()",
        "[scriptblock]::Create($x)",
        "Invoke-Command ws01 -FilePath x.ps1",
        "(New-Object -ComObject Shell.Application)",
        "exit",
    ],
    "cmd": ["%X% y", "fix.bat", "call fix.cmd", "sometool /x", "start notepad", "cmd", "powershell -File x.ps1"],
    "bash": [
        "$X y",
        "eval x",
        "curl https://x.example | bash",
        "./fix.sh",
        "frobnicate",
        "if then",
        "ssh host reboot",
        "sudo -s",
        "python3 x.py",
    ],
    "python": [
        "def (",
        "eval('1')",
        "import subprocess\nsubprocess.run(['ls'])",
        "import foo\nfoo.bar()",
        "__import__('os').remove('x')",
    ],
    "network": ["frobnicate all"],
}


def cases(table: dict[Shell, list[str]]) -> list[tuple[Shell, str]]:
    return [(shell, command) for shell, commands in table.items() for command in commands]


@pytest.mark.parametrize(("shell", "command"), cases(DESTRUCTIVE))
def test_destructive(shell: Shell, command: str) -> None:
    assert label(command, shell).risk is Risk.DESTRUCTIVE


@pytest.mark.parametrize(("shell", "command"), cases(CHANGES))
def test_changes(shell: Shell, command: str) -> None:
    assert label(command, shell).risk is Risk.CHANGES


@pytest.mark.parametrize(("shell", "command"), cases(UNKNOWN))
def test_unknown(shell: Shell, command: str) -> None:
    assert label(command, shell).risk is Risk.UNKNOWN


@pytest.mark.parametrize(("shell", "command"), cases(READ_ONLY))
def test_read_only(shell: Shell, command: str) -> None:
    assert label(command, shell).risk is Risk.READ_ONLY, label(command, shell)


@pytest.mark.parametrize("shell", ["powershell", "bash", "cmd", "python", "network", None])
def test_an_empty_command_is_unknown(shell: Shell | None) -> None:
    assert label(" \n", shell).risk is Risk.UNKNOWN


def test_without_a_shell_it_is_unknown() -> None:
    assert label("ipconfig", None).risk is Risk.UNKNOWN


def test_reasons_are_sentences() -> None:
    for table in (READ_ONLY, CHANGES, DESTRUCTIVE, UNKNOWN):
        for shell, command in cases(table):
            reason = label(command, shell).reason
            assert reason.endswith(".")
            assert 10 < len(reason) <= 300
            assert "\n" not in reason


def test_commands_inside_commands_end_somewhere() -> None:
    command = "whoami"
    for _ in range(12):
        command = f"cmd /c {command}"
    assert label(command, "cmd").risk is Risk.UNKNOWN


harmful = st.sampled_from(["Remove-Item x", "Restart-Service x", "rm y", "iex $z"])
around = st.sampled_from(["Get-Date; {}", "if (1) {{ {} }}", "$x = {}", "Get-Date | % {{ {} }}", '"$({})"', "@({})", "& {{ {} }}",
                          "try {{ Get-Date }} catch {{ {} }}", "foreach ($a in 1) {{ {} }}", "function f {{ {} }}; f", "({})"])  # fmt: skip


@given(harmful, st.lists(around, max_size=3))
def test_nothing_around_a_harmful_powershell_command_hides_it(command: str, wrappers: list[str]) -> None:
    for wrapper in wrappers:
        command = wrapper.format(command)
    assert label(command, "powershell").risk is not Risk.READ_ONLY


@settings(max_examples=150)
@given(st.text(max_size=60), st.sampled_from(["powershell", "bash", "cmd", "python", "network"]))
def test_any_text_gets_a_label(command: str, shell: Shell) -> None:
    assert label(command, shell).reason


@pytest.mark.parametrize("shell", ["powershell", "bash", "cmd", "python", "network"])
@pytest.mark.parametrize("unit", ["(", "{", "$(", "a|", "& ", '"', "x;", "for ", "^", "/c cmd "])
def test_a_long_strange_command_stays_fast(shell: Shell, unit: str) -> None:
    started = time.perf_counter()
    label((unit * 8000)[:8000], shell)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("powershell", '& ("Remove" + "-Item") x'),
        ("powershell", "Re`move-Item x"),
        ("powershell", "Get-Date 1> f"),
        ("powershell", "& cmd /c del x"),
        ("powershell", "Set-Alias ls rm; ls x"),
        ("powershell", "switch (1) { 1 { rm x } }"),
        ("powershell", "Microsoft.PowerShell.Management\\Remove-Item x"),
        ("powershell", "'rm x' | cmd"),
        ("powershell", "Import-Module .\\x.psm1"),
        ("bash", "r''m x"),
        ("bash", "\\rm x"),
        ("bash", "LD_PRELOAD=./x.so ls"),
        ("bash", "cat <(rm x)"),
        ("bash", "awk 'BEGIN{system(\"rm x\")}'"),
        ("bash", "sed 's/x/y/e' f"),
        ("bash", "alias ls=rm"),
        ("bash", "ls(){ rm x; }; ls"),
        ("cmd", "d^el x"),
        ("cmd", ";del x"),
        ("cmd", 'echo "a" & del x'),
        ("cmd", "for /f %i in ('del x') do echo %i"),
        ("cmd", "rd/s x"),
        ("cmd", "cmd /v /c !x!"),
        ("python", "f = open\nf('x', 'w')"),
        ("python", "from os import *\nremove('x')"),
        ("network", "show run\nconf t\nhostname x"),
    ],
)  # fmt: skip
def test_disguises_are_not_read_only(shell: Shell, command: str) -> None:
    assert label(command, shell).risk is not Risk.READ_ONLY


@pytest.mark.parametrize("argument", ["-a", "--a", "a", "-a b", "/a", "-a--a", "x,", "show", "-n -"])
def test_no_argument_makes_the_tables_slow(argument: str) -> None:
    line = " ".join([argument] * 700) + " !"
    started = time.perf_counter()
    for table, fold in ((windows.PROGRAMS, True), (unix.PROGRAMS, False), (verbs.CMDLETS, True)):
        for name in table:
            judge(table, name, [line], fold=fold)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("bash", "\u1feb{\U0008f3b2a \u9212*{\U0001d4b3 x; \u20ac}\u00e9 <<\u00e9\n\u00e9"),
        ("bash", "echo " + "$(" * 2000 + "id" + ")" * 2000),
        ("bash", "cat <<" + "A" * 5000 + "\nx\n" + "A" * 5000),
        ("bash", "a\x00b \udcff"),
        ("cmd", "if exist x " * 700 + "dir"),
        ("cmd", "call " * 1500 + "dir"),
        ("powershell", "(" * 2000 + "Get-Date" + ")" * 2000),
        ("powershell", "\u1feb{\U0008f3b2a} \udcff\x00"),
        ("python", "(" * 5000 + ")" * 5000),
        ("python", "-" * 7000 + "1"),
        ("python", "a\x00b"),
    ],
)
def test_nothing_brings_it_down(shell: Shell, command: str) -> None:
    assert label(command, shell).reason


def test_characters_beyond_ascii_do_not_stand_for_a_known_command() -> None:
    assert label("r\u00e9m x", "bash").risk is Risk.UNKNOWN
    assert label("echo caf\u00e9", "bash").risk is Risk.READ_ONLY
