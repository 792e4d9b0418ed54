"""Programs of Windows and built-ins of its command prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resolutionflow.pilot.commands.specs import Spec, change, destroy, opaque, read

PROGRAMS: Final[Mapping[str, Spec]] = {
    **read(
        "ping", "tracert", "pathping", "nslookup", "netstat", "hostname", "whoami", "systeminfo", "tasklist", "getmac",
        "driverquery", "quser", "qwinsta", "query", "qprocess", "where", "find", "findstr", "more", "sort", "tree", "ver",
        "winver", "fc", "comp", "portqry", "psping", "pslist", "psloggedon", "timeout", "handle", "tracerpt", "hh",
    ),
    **read("ipconfig", changes=r"/(?:release|renew|flushdns|registerdns|setclassid)", does="changes the network state"),
    **read("arp", changes=r"(?:^|\s)-[sd]\b", does="changes the address table"),
    **read("nbtstat", changes=r"-rr?\b", does="changes the name cache"),
    **read("dsregcmd", changes=r"/(?:leave|join|debug|forcerecovery|refreshprt|cleanupaccounts)", does="changes the join"),
    **read("klist", changes=r"\b(?:purge|purge_bind|add_bind)\b", does="removes tickets"),
    **read("dcdiag", changes=r"/fix", does="repairs records"),
    **read("openfiles", changes=r"/(?:disconnect|local)", does="closes open files"),
    **read("chkdsk", changes=r"/[frxb]\b|/(?:spotfix|offlinescanandfix|sdcleanup)", does="repairs the disk"),
    **read("gpresult", changes=r"/[hx]\b", does="writes a report file"),
    **read("attrib", changes=r"(?:^|\s)[+-][rashoi]\b", does="changes file attributes"),
    **read("icacls", changes=r"/(?:grant|deny|remove|reset|setowner|inheritance|setintegritylevel|restore|save|substitute)",
           does="changes permissions"),
    **read("bcdedit", changes=r"/(?:set|create|copy|import|export|default|timeout|bootsequence|displayorder|debug|ems)",
           destroys=r"/delete", does="changes how the machine starts"),
    **read("mode", changes=r"\S+=", does="changes a device setting"),
    **opaque("runs a script file", "cscript", "wscript", reads=r"slmgr\.vbs\W+/(?:dli|dlv|xpr)\b"),
    **change("changes network routes", "route", reads=r"^(?:-4 |-6 )?print\b|^$"),
    **change("changes a service", "sc", "sc.exe", destroys=r"^(?:\\\\\S+ )?delete\b",
             reads=r"^(?:\\\\\S+ )?(?:query(?:ex)?|qc|qdescription|qfailure|qtriggerinfo|sdshow|enumdepend|getkeyname|getdisplayname)\b"),
    **change("changes the registry", "reg", destroys=r"^delete\b", reads=r"^(?:query|compare)\b"),
    **change("changes the network configuration", "netsh", destroys=r"\bdelete\b",
             reads=r"(?:^|\s)(?:show|dump|\?)(?:\s|$)"),
    **change("changes scheduled tasks", "schtasks", destroys=r"/delete", reads=r"/query|^$"),
    **change("changes the system through WMI", "wmic", destroys=r"\bdelete\b", reads=r"\b(?:get|list)\b(?!.*\bcall\b)"),
    **change("changes the time service", "w32tm", reads=r"/(?:query|stripchart|monitor|tz|dumpreg|ntte|ntpte)"),
    **change("changes replication", "repadmin", reads=r"/(?:show\w*|replsum\w*|queue|istg|bridgeheads|latency|failcache|kcc\?)"),
    **change("changes the secure channel or domain state", "nltest",
             reads=r"/(?:dsgetdc|dclist|sc_query|domain_trusts|dsgetsite|dsgetfti|whowill|finduser|trusted_domains|parentdomain|query)"),
    **change("changes stored credentials", "cmdkey", destroys=r"/delete", reads=r"/list"),
    **change("changes disk encryption", "manage-bde", reads=r"-status|-protectors\s+-get\b|-autounlock\s+-status"),
    **change("changes system files", "sfc", reads=r"/verify(?:only|file)"),
    **change("changes the Windows image", "dism",
             reads=r"/(?:checkhealth|scanhealth|get-\w+|analyzecomponentstore)(?!.*/(?:enable|disable|add|remove|restorehealth))"),
    **change("changes shadow copies", "vssadmin", destroys=r"\bdelete\b", reads=r"\blist\b"),
    **change("changes the file system", "fsutil", destroys=r"\b(?:delete\w*|setzerodata)\b",
             reads=r"\b(?:query\w*|list\w*|fsinfo|statistics|drivetype|volumeinfo|diskfree)\b"),
    **change("changes the power settings", "powercfg", reads=r"[/-](?:l|list|q|query|a|availablesleepstates|requests|lastwake"
        r"|waketimers|getactivescheme|devicequery)\b"),
    **change("changes event logs", "wevtutil", destroys=r"^(?:cl|clear-log)\b",
             reads=r"^(?:qe|query-events|el|enum-logs|gl|get-log|gli|get-log-info|ep|enum-publishers|gp)\b"),
    **change("changes the audit policy", "auditpol", destroys=r"/(?:clear|remove)", reads=r"/(?:get|list)\b"),
    **change("changes certificates", "certutil", destroys=r"-delstore|-delkey|-delreg",
             reads=r"-(?:store|viewstore|dump|verify|ping|hashfile|getreg|enterprise -store|user -store|template|cainfo|url|verifystore"
             r"|scinfo|csplist)\b(?!.*-f\b)"),
    **change("changes group policy on this machine", "gpupdate"),
    **change("ends a process", "taskkill", "pskill", "tskill"),
    **change("restarts or shuts down the machine", "shutdown", "psshutdown", reads=r"/\?"),
    **change("ends a user session", "logoff", "rwinsta", "reset", "tsdiscon"),
    **change("sends a message to users", "msg"),
    **change("installs or removes software", "msiexec", "wusa", "winget", "choco",
             reads=r"^(?:list|search|show|source list|info|outdated|features list|--version|-v)\b"),
    **change("registers a library", "regsvr32"),
    **change("changes drivers", "pnputil", destroys=r"/delete-driver|-d\b", reads=r"/enum-\w+|-e\b"),
    **change("copies files", "copy", "xcopy", "expand", "extrac32"),
    **change("copies files", "robocopy", destroys=r"/(?:mir|purge|mov|move)\b", reads=r"(?:^|\s)/l(?:\s|$)"),
    **change("moves or renames files", "move", "ren", "rename", "replace"),
    **change("creates a folder or link", "md", "mkdir", "mklink", "subst"),
    **change("takes ownership of files", "takeown"),
    **change("changes permissions", "cacls", "xcacls", "setacl", "dsacls"),
    **change("changes a disk label", "label"),
    **change("compresses or encrypts files", "compact", reads=r"^(?!.*/[cu]\b)"),
    **change("encrypts files", "cipher", destroys=r"/w"),
    **change("changes directory objects", "dsadd", "dsmod", "dsmove", "redircmp", "redirusr"),
    **read("dsquery", "dsget", "ldifde", "csvde", changes=r"(?:^|\s)-i\b|-f\b", does="writes or imports a file"),
    **change("changes Windows features or the machine", "netdom", "djoin", "wbadmin", "servermanagercmd",
             reads=r"^(?:query|verify|get)\b"),
    **change("changes file type associations", "assoc", "ftype", reads=r"^[^=]*$"),
    **change("changes printers", "printui", "prnmngr.vbs", "prnjobs.vbs", "prncnfg.vbs", reads=r"(?:^|\s)-[lg]\b"),
    **destroy("deletes files for good", "del", "erase", "sdelete"),
    **destroy("deletes folders for good", "rd", "rmdir"),
    **destroy("erases a disk", "format", "diskpart", "clean"),
    **destroy("deletes directory objects", "dsrm"),
    **opaque("runs code from a library", "rundll32", reads=r"^$"),
    **opaque("runs another program", "start", "runas", "psexec", "psexec64", "paexec", "at", "mshta", "forfiles"),
    **opaque("opens a remote shell", "ssh", "telnet", "plink", "winrs", "ftp", "tftp", "nc", "ncat"),
    **read("curl", does="sends data or writes a file",
           changes=r"(?:^|\s)(?:-o(?! nul\b)|--output|--remote-name|-d|--data\S*|--form|-t|--upload-file|-x (?!get|head)\w+"
           r"|--request (?!get|head)\w+)\b"),
}  # fmt: skip

_NET: Final[Mapping[str, Spec]] = {
    **read("view", "statistics", "config", "helpmsg", "help", changes=r"/\w+:", does="changes the server configuration"),
    **change("changes a user account", "user", destroys=r"/delete", reads=r"^(?:\"[^\"]*\"|[^\s/]+)?(?:\s*/domain)?$"),
    **change("changes a group", "localgroup", "group", destroys=r"^\S+ /delete|/delete$",
             reads=r"^(?:\"[^\"]*\"|[^\s/]+)?(?:\s*/domain)?$"),
    **change("changes the account policy", "accounts", reads=r"^(?:/domain)?$"),
    **change("connects or disconnects a network drive", "use", reads=r"^(?:[a-z]:)?$"),
    **change("changes a share", "share", destroys=r"/delete", reads=r"^[^\s=/]*$"),
    **change("ends sessions", "session", reads=r"^(?:\\\\\S+)?(?:\s*/list)?$"),
    **change("closes files", "file", reads=r"^\d*$"),
    **change("sets the clock", "time", reads=r"^(?!.*/set).*$"),
    **change("starts a service", "start", reads=r"^$"),
    **change("stops a service", "stop", "pause", "continue"),
    **change("changes domain membership", "computer"),
}  # fmt: skip

# Built-ins of the command prompt that only act on the prompt itself or print something.
BUILT_INS: Final[Mapping[str, Spec]] = {
    **read("echo", "type", "dir", "cd", "chdir", "pushd", "popd", "set", "setlocal", "endlocal", "vol", "rem", "cls", "color",
           "title", "prompt", "path", "verify", "break", "pause", "chcp", "shift", "date", "time"),
    **change("sets the clock", "date", "time", reads=r"^(?:/t)?$"),
    **change("stores an environment variable", "setx"),
    **opaque("jumps or ends the shell", "goto", "exit"),
}  # fmt: skip


def net_spec(subcommand: str) -> Spec | None:
    """How `net SUBCOMMAND` is judged by what follows it."""
    return _NET.get(subcommand.lower())
