"""PowerShell: aliases, verbs, and the cmdlets that are not what their verb says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resolutionflow.pilot.commands.specs import Spec, change, destroy, opaque, read

_ALIASES: Final = """
gci get-childitem, dir get-childitem, ls get-childitem, gc get-content, cat get-content, type get-content,
gm get-member, gsv get-service, gps get-process, ps get-process, gp get-itemproperty, gpv get-itempropertyvalue,
gi get-item, gl get-location, pwd get-location, gal get-alias, gcm get-command, gu get-unique, gv get-variable,
gwmi get-wmiobject, gcim get-ciminstance, ghy get-history, h get-history, history get-history, gjb get-job,
gdr get-psdrive, gerr get-error, gtz get-timezone, gin get-computerinfo, gbp get-psbreakpoint, man get-help, help get-help,
select select-object, where where-object, ? where-object, sort sort-object, group group-object, measure measure-object,
foreach foreach-object, % foreach-object, tee tee-object, ft format-table, fl format-list, fw format-wide,
fc format-custom, oh out-host, ogv out-gridview, sls select-string, compare compare-object, diff compare-object,
tnc test-netconnection, echo write-output, write write-output, cls clear-host, clear clear-host, sleep start-sleep,
cd set-location, sl set-location, chdir set-location, pushd push-location, popd pop-location, set set-variable,
sv set-variable, nv new-variable, rv remove-variable, clv clear-variable, sal set-alias, nal new-alias,
ipmo import-module, rmo remove-module, ipcsv import-csv, epcsv export-csv, rvpa resolve-path, cvpa convert-path,
ipal import-alias, epal export-alias, rjb remove-job, rcjb receive-job, sajb start-job, spjb stop-job, wjb wait-job,
rm remove-item, del remove-item, erase remove-item, rd remove-item, rmdir remove-item, ri remove-item,
rp remove-itemproperty, clc clear-content, cli clear-item, clp clear-itemproperty, mv move-item, move move-item,
mi move-item, mp move-itemproperty, cp copy-item, copy copy-item, cpi copy-item, cpp copy-itemproperty,
ren rename-item, rni rename-item, rnp rename-itemproperty, sc set-content, ac add-content, si set-item,
sp set-itemproperty, ni new-item, md new-item, mkdir new-item, ndr new-psdrive, mount new-psdrive, kill stop-process,
spps stop-process, sasv start-service, spsv stop-service, saps start-process, start start-process, ii invoke-item,
iex invoke-expression, iwr invoke-webrequest, curl invoke-webrequest, wget invoke-webrequest, irm invoke-restmethod,
icm invoke-command, ihy invoke-history, r invoke-history, iwmi invoke-wmimethod, rwmi remove-wmiobject,
swmi set-wmiinstance, icim invoke-cimmethod, rcim remove-ciminstance, scim set-ciminstance, etsn enter-pssession,
nsn new-pssession, rsn remove-pssession, gsn get-pssession, cnsn connect-pssession, stz set-timezone,
lp out-printer, asnp add-pssnapin, scb set-clipboard, gcb get-clipboard
"""
ALIASES: Final[Mapping[str, str]] = {
    words[0]: words[1] for words in (entry.split() for entry in _ALIASES.replace("\n", " ").split(","))
}

_READING: Final = """
get test find measure select where sort group compare format resolve show search trace join split convertto
convertfrom out read write use wait receive watch assert connect disconnect import foreach tee confirm ping query
"""
_CHANGING: Final = """
set new add enable disable restart stop start update install register rename move copy repair optimize sync send mount
checkpoint save expand unblock block suspend resume grant approve deny lock unlock publish backup restore convert
export invoke push pop switch merge close open edit complete undo redo submit redeploy request step limit protect
unprotect compress exit enter debug reset moverequest offboard onboard initialize hide unpublish dismount trigger
"""
_DESTROYING: Final = "remove clear uninstall revoke unregister delete purge erase wipe"

READING_VERBS: Final = frozenset(_READING.split())
CHANGING_VERBS: Final = frozenset(_CHANGING.split())
DESTROYING_VERBS: Final = frozenset(_DESTROYING.split())

# What a changing verb does, where the verb alone reads badly.
VERB_WORDS: Final = {
    "new": "creates something",
    "set": "changes a setting",
    "add": "adds something",
    "start": "starts something",
    "stop": "stops something",
    "restart": "restarts something",
    "export": "writes a file",
    "out": "writes a file",
    "save": "writes a file",
    "compress": "writes a file",
    "send": "sends something",
    "install": "installs something",
    "copy": "copies something",
    "move": "moves something",
    "rename": "renames something",
}

CMDLETS: Final[Mapping[str, Spec]] = {
    **read(
        "get-credential", "set-location", "push-location", "pop-location", "set-variable", "new-variable", "remove-variable",
        "clear-variable", "set-strictmode", "clear-host", "start-sleep", "new-timespan", "new-guid",
        "new-pssession", "remove-pssession", "remove-module", "new-cimsession", "remove-cimsession", "new-cimsessionoption",
        "new-pssessionoption", "select-xml", "tee-object", "receive-job", "remove-job", "wait-job", "out-null", "out-string", "out-host",
        "out-default", "out-gridview", "import-module", "import-csv", "import-clixml", "import-powershelldatafile", "write-host",
        "write-output", "write-error", "write-warning", "write-verbose", "write-debug", "write-information", "write-progress",
        "foreach-object", "add-type", "add-member", "new-psdrive", "format-table", "format-list", "format-wide", "format-custom",
        "format-hex", "resolve-dnsname", "stop-job", "update-formatdata", "update-typedata", "start-job", "start-threadjob",
        "invoke-command", "ogv", "join-path", "split-path", "convert-path", "new-object", "set-psdebug", "exit-pssession", "test-connection",
        "connect-exchangeonline", "connect-mggraph", "connect-azaccount", "connect-msolservice", "connect-azuread",
        "disconnect-exchangeonline", "disconnect-mggraph", "set-clipboard", "unblock-object", "complete-transaction", "new-winevent",
        "compare-object", "debug-process", "invoke-history", "read-host", "export-modulemember", "use-transaction",
    ),
    **read("tee-object", changes=r"-filepath|^[^-\s]", does="writes a file"),
    **read("add-type", changes=r"-(?:typedefinition|memberdefinition|path|outputassembly)|@['\"]", does="compiles code of its own"),
    **read("test-computersecurechannel", changes=r"-repair", does="resets the secure channel"),
    **read("repair-volume", changes=r"-(?:offlinescanandfix|spotfix)|^(?!.*-scan)", does="repairs a disk"),
    **read("import-module", changes=r"[\\/]|\.psm?1|\.dll", does="loads code from a file"),
    **change("sends a request", "invoke-webrequest", "invoke-restmethod",
             reads=r"^(?!.*(?:-outfile|-infile|-body|-form|-method\s+(?!get|head))).*$"),
    **change("writes a file", "out-file", "set-content", "add-content", "export-csv", "export-clixml", "export-certificate",
             "export-pfxcertificate", "start-transcript", "compress-archive", "new-temporaryfile", "save-help"),
    **change("sends a document to a printer", "out-printer"),
    **change("clears a cache", "clear-dnsclientcache", "clear-bccache", "clear-dnsservercache"),
    **change("changes the registry, a file or another item", "set-item", "set-itemproperty", "new-item", "new-itemproperty"),
    **change("restarts or stops the machine", "restart-computer", "stop-computer"),
    **change("ends a process", "stop-process"),
    **change("starts, stops or changes a service", "start-service", "stop-service", "restart-service", "set-service", "suspend-service",
             "resume-service", "new-service"),
    **change("removes a job from a print queue", "remove-printjob"),
    **change("disconnects a drive", "remove-psdrive", "remove-smbmapping"),
    **change("runs repairs on the machine", "invoke-gpupdate"),
    **change("stops the transcript", "stop-transcript"),
    **destroy("erases disks or volumes", "format-volume", "initialize-disk", "clear-disk", "remove-partition"),
    **destroy("deletes items for good", "remove-item", "remove-itemproperty", "clear-content", "clear-item", "clear-itemproperty",
              "clear-recyclebin", "clear-eventlog", "remove-eventlog", "remove-wmiobject", "remove-ciminstance"),
    **opaque("runs text as a command", "invoke-expression"),
    **opaque("changes what later commands do", "set-alias", "new-alias", "import-alias", "new-module", "import-pssession"),
    **opaque("starts another program", "start-process", "invoke-item", "invoke-wmimethod", "invoke-cimmethod", "enter-pssession"),
}  # fmt: skip

# Methods by what their name says. Anything else is unknown.
READING_METHODS: Final = frozenset(
    """
    tostring split trim trimstart trimend substring replace contains startswith endswith indexof lastindexof toupper tolower
    padleft padright gettype equals compareto gethashcode adddays addhours addminutes addseconds addmonths addyears
    subtract tolocaltime touniversaltime toshortdatestring format join concat isnullorempty isnullorwhitespace parse
    tryparse parseexact round floor ceiling truncate max min abs pow now utcnow today exists readalltext readalllines
    readallbytes getfiles getdirectories getenvironmentvariable getenvironmentvariables getfolderpath gethostname
    gethostaddresses gethostentry getcurrent isinrole matches match ismatch escape new add addrange insert toarray
    getenumerator containskey containsvalue count getvalue getvaluenames getsubkeynames opensubkey openremotebasekey
    connect connectasync beginconnect wait waitone asyncwaithandle close dispose send sendpingasync findall findone elapsed
    startnew getbytes getstring frombase64string tobase64string getlastwritetime getcreationtime getparent
    getfilename getextension getdirectoryname combine getpathroot getallnetworkinterfaces getipproperties where foreach
    getproperties getmethods first sum invokeget translate getencoding readline readtoend getstream authenticateasclient
    getresponse getcertificate create getowner getcredential cast compare sort reverse copyto remove trimtosize
    """.split()
)
CHANGING_METHODS: Final = ("write", "set", "move", "copy", "start", "stop", "append", "create", "change", "rename", "invoke", "put",
                           "commit", "save", "install", "enable", "disable", "restart", "shutdown", "reboot", "kill", "logoff",
                           "encrypt")  # fmt: skip
DESTROYING_METHODS: Final = ("delete", "clear", "format", "uninstall", "truncate", "purge")
