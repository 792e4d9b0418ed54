"""Programs of Linux and macOS and built-ins of the shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from resolutionflow.pilot.commands.specs import Spec, change, destroy, opaque, read

# An object, and behind it nothing that adds, deletes or sets.
_SHOW: Final = (
    r"^(?:-\S+ )*+(?:a(?:ddr(?:ess)?)?|l(?:ink)?|r(?:oute|ule)?|n(?:eigh(?:bou?r)?)?|maddr|tunnel|netns)?"
    r"(?:$|\s(?:show|list|ls|lst|get)\b|\s-)"
)

PROGRAMS: Final[Mapping[str, Spec]] = {
    **read(
        "echo", "printf", "cat", "tac", "less", "more", "head", "tail", "grep", "egrep", "fgrep", "zgrep", "zcat", "cut", "tr", "wc",
        "sort", "uniq", "comm", "diff", "cmp", "column", "fold", "nl", "rev", "paste", "join", "expand", "strings", "od", "xxd",
        "hexdump", "base64", "md5sum", "sha1sum", "sha256sum", "cksum", "ls", "ll", "pwd", "cd", "tree", "stat", "file", "readlink",
        "realpath", "basename", "dirname", "du", "df", "free", "uptime", "w", "who", "whoami", "id", "groups", "last", "lastlog",
        "lastb", "ps", "pgrep", "pstree", "top", "htop", "vmstat", "iostat", "mpstat", "sar", "lsof", "lsblk", "lscpu", "lspci",
        "lsusb", "lsmod", "modinfo", "blkid", "findmnt", "uname", "arch", "nproc", "getconf", "locale", "env", "printenv", "which",
        "whereis", "type", "command", "test", "[", "[[", "true", "false", ":", "sleep", "seq", "ping", "ping6", "traceroute",
        "tracepath", "mtr", "dig", "host", "nslookup", "whois", "getent", "ss", "netstat", "jq", "yq", "awk", "gawk", "mawk", "date",
        "cal", "bc", "expr", "let", "read", "export", "local", "declare", "typeset", "readonly", "unset", "set", "shopt", "return",
        "shift", "trap", "wait", "jobs", "history", "alias", "umask", "ulimit", "getopts", "sw_vers", "system_profiler",
        "smbstatus", "testparm", "rpcinfo", "showmount", "nfsstat", "ethtool", "iwconfig", "lshw", "dmidecode", "sensors",
        "man", "info", "help", "break", "continue", "pushd", "popd", "dirs", "nmblookup", "chage", "faillog", "aureport",
        "ausearch", "loginctl", "ifconfig", "arp", "route", "hostname", "hostnamectl", "timedatectl", "journalctl", "dmesg",
        "sed", "find", "openssl", "smartctl", "rpm", "dpkg", "nmap", "arping", "iw", "klist", "wbinfo", "mailq", "postqueue",
    ),
    **read("awk", "gawk", "mawk", "jq", changes=r"system\s*\(|(?:print|printf)[^'|]*>|-i inplace|getline", does="runs commands or writes files"),
    **read("date", changes=r"(?:^|\s)(?:-s|--set)\b", does="sets the clock"),
    **read("sed", does="writes files or runs commands",
           changes=r"(?:^|\s)(?:-[a-zA-Z]*i\S*|--in-place\S*)|/[gIp0-9]*[we](?:\s|;|$)|(?:^|[;{\s\d$])[wWe]\s+\S"),
    **read("find", changes=r"\s-(?:exec(?:dir)?|ok(?:dir)?|fprint\S*|fls)\b", destroys=r"\s-delete\b|-exec(?:dir)?\s+(?:\S*/)?(?:rm|shred|unlink)\b",
           does="runs a command on what it finds"),
    **read("hostname", changes=r"^[^-\s]", does="renames the machine"),
    **read("hostnamectl", changes=r"\bset-", does="renames the machine"),
    **read("timedatectl", changes=r"\bset-", does="changes the clock settings"),
    **read("loginctl", changes=r"\b(?:terminate|kill|lock|unlock|enable|disable|activate)\S*", does="ends sessions"),
    **read("journalctl", destroys=r"--(?:vacuum|rotate)", changes=r"--(?:flush|sync|relinquish)", does="changes the journal"),
    **read("dmesg", destroys=r"(?:^|\s)(?:-c|-C|--clear|--read-clear)\b"),
    **read("ifconfig", changes=r"\b(?:up|down|netmask|add|del|mtu|hw)\b|^\S+ \d", does="changes a network interface"),
    **read("arp", changes=r"(?:^|\s)-[sd]\b", does="changes the address table"),
    **read("route", changes=r"\b(?:add|del|delete|change|flush)\b", does="changes network routes"),
    **read("ethtool", changes=r"(?:^|\s)-(?:s|K|A|C|G|L|N|X|E|r|p|f)\b|--(?:change|set|reset|flash)", does="changes a network card"),
    **read("iw", "iwconfig", changes=r"\b(?:set|connect|disconnect|del|add|essid|key)\b", does="changes wireless settings"),
    **read("openssl", changes=r"(?:^|\s)-(?:out|keyout)\b|\b(?:genrsa|genpkey)\b", does="writes a file"),
    **read("smartctl", changes=r"(?:^|\s)(?:-t|--test|-s|--smart|-o|--offlineauto)\b", does="starts a test or changes a setting"),
    **read("rpm", changes=r"(?:^|\s)-[iUeF]\S*|--(?:install|erase|import|rebuilddb)", does="changes packages"),
    **read("dpkg", changes=r"(?:^|\s)(?:-i|-r|-P|--install|--remove|--purge|--configure|--set-selections)\b", does="changes packages"),
    **read("chage", changes=r"(?:^|\s)-(?!l\b)", does="changes account ageing"),
    **read("postqueue", changes=r"(?:^|\s)-[fis]\b", does="flushes the mail queue"),
    **read("history", changes=r"(?:^|\s)-[cdwarn]", does="changes the command history"),
    **read("trap", "alias", changes=r"\S", does="changes what later commands do"),
    **read("sort", "tree", changes=r"(?:^|\s)(?:-o|--output)\b", does="writes a file"),
    **read("curl", does="sends data or writes a file",
           changes=r"(?:^|\s)(?:-[a-zA-Z]*[oOdFT](?:\s+(?!/dev/null)|$)|--(?:output (?!/dev/null)|remote-name|data\S*|json|form"
           r"|upload-file)|(?:-X|--request)[ =]?(?!GET|HEAD)[A-Z])"),
    **change("downloads to a file", "wget", reads=r"--spider|-[a-z]*O ?-(?: |$)|-O /dev/(?:null|stdout)"),
    **change("changes the network configuration", "ip", destroys=r"\bflush\b", reads=_SHOW),
    **change("changes a service", "systemctl",
             reads=r"^(?:-\S+ )*+(?:status|is-active|is-enabled|is-failed|is-system-running|show|cat|list-\S+|get-default|help"
             r"|--version)\b|^(?:--\S+(?:\s+|$))*+$"),
    **change("changes a service", "service", "rc-service", reads=r"\bstatus\b|--status-all"),
    **change("changes services", "launchctl", reads=r"^(?:list|print|blame)\b"),
    **change("changes the network configuration", "nmcli",
             reads=r"^(?:-\S+(?: \S+,\S+)? )*+(?:general|g|device|dev|d|connection|con|c|networking|n|radio|r|monitor)?(?: (?:status"
             r"|show|list|wifi list|wifi|connectivity|hostname|permissions)\b.*)?$"),
    **change("changes the name service", "resolvectl", "systemd-resolve", "scutil", reads=r"^(?:status|query|statistics|dns|domain"
        r"|--status|--dns|--proxy|--nwi)?\b(?!.*(?:flush|reset|revert))"),
    **change("changes network settings", "networksetup", reads=r"^-(?:get|list|show|is)\S*"),
    **change("changes directory records", "dscl", reads=r"-(?:read|list|search|readall)\b"),
    **change("flushes the cache", "dscacheutil", reads=r"-q\b|-statistics"),
    **change("changes the firewall", "iptables", "ip6tables", "nft", "ufw", "firewall-cmd", "pfctl", destroys=r"(?:^|\s)(?:-F|--flush"
        r"|-X|flush|reset)\b",
             reads=r"(?:^|\s)(?:-[a-z]*[LS]|--list\S*|status|list|show|--state|--get-\S+|--query-\S+)(?=\s|$|\w)"),
    **change("changes packages", "apt", "apt-get", "yum", "dnf", "zypper", "apk", "pacman", "brew", "snap", "pip", "pip3", "npm", "flatpak",
             destroys=r"\bpurge\b", reads=r"^(?:-\S+ )*+(?:list|show|search|policy|info|check-update|repolist|history|ls|outdated|freeze"
             r"|check|view|-q\S*|changelog|depends|rdepends)\b"),
    **read("apt-cache", "dpkg-query", "apt-mark"),
    **change("changes containers", "docker", "podman", destroys=r"\b(?:rm|rmi|prune|kill)\b",
             reads=r"^(?:-\S+ )*+(?:(?:container|image|network|volume|system|compose) )?(?:ps|images|ls|inspect|logs|stats|top|version"
             r"|info|port|diff|history|df|events)\b"),
    **change("changes the cluster", "kubectl", "helm", destroys=r"\bdelete\b|\buninstall\b",
             reads=r"^(?:-\S+(?: [^-\s]\S*)? )*+(?:get|describe|logs|top|version|explain|cluster-info|api-resources|auth can-i|list|status"
             r"|history|config (?:view|get-\S+|current-context))\b"),
    **change("changes mounts", "mount", "umount", "swapon", "swapoff", reads=r"^(?:-l|-t \S+|--show|-s)?$"),
    **change("changes kernel settings", "sysctl", reads=r"^(?!.*(?:-w|-p|--system|--write|=)).*$"),
    **change("changes kernel modules", "modprobe", "insmod", "rmmod", "depmod"),
    **change("ends processes", "kill", "pkill", "killall", "xkill", "fuser", reads=r"^-l$"),
    **change("restarts or shuts down the machine", "reboot", "shutdown", "halt", "poweroff", "init", "telinit"),
    **change("copies or moves files", "cp", "mv", "install", "scp", "sftp", "rename", "ditto"),
    **change("copies files", "rsync", destroys=r"--(?:delete\S*|remove-source-files)", reads=r"(?:^|\s)(?:-\S*n\S*|--dry-run)\b"),
    **change("creates files or links", "touch", "mkdir", "ln", "mkfifo", "mktemp", "mknod"),
    **change("changes permissions or ownership", "chmod", "chown", "chgrp", "setfacl", "chattr", "chcon", "restorecon", "setenforce"),
    **read("getfacl", "lsattr", "getenforce", "sestatus", "getcap"),
    **change("changes accounts", "useradd", "usermod", "groupadd", "groupmod", "adduser", "gpasswd", "chpasswd", "chsh", "chfn", "vipw"),
    **change("changes a password", "passwd", "smbpasswd", "pdbedit", "kpasswd", reads=r"(?:^|\s)(?:-S|--status|-L)\b"),
    **change("changes scheduled tasks", "crontab", "at", "batch", destroys=r"(?:^|\s)-r\b", reads=r"(?:^|\s)-l\b"),
    **change("writes a file", "tee", reads=r"^(?:/dev/(?:null|stderr|stdout|tty))?$"),
    **change("edits a file", "vi", "vim", "nano", "emacs", "ed", "visudo", "patch"),
    **change("changes an archive or unpacks files", "tar", "unzip", "zip", "gzip", "gunzip", "bzip2", "xz", "7z", "cpio",
             reads=r"^-?\w*t\w*f|--list|^-[lvZ]\b|^l "),
    **change("changes the domain join", "realm", "adcli", "net", "kinit", "kdestroy", reads=r"^(?:list|discover|info|ads (?:info"
        r"|testjoin|status))\b"),
    **change("changes disk encryption or volumes", "cryptsetup", "lvcreate", "lvextend", "vgextend", "pvcreate", "resize2fs", "tune2fs", "mdadm",
             reads=r"^(?:status|luksdump)\b|--(?:detail|examine)|(?:^|\s)-l\b"),
    **read("lvs", "vgs", "pvs", "lvdisplay", "vgdisplay", "pvdisplay", "dumpe2fs", "xfs_info"),
    **change("repairs a file system", "fsck", "e2fsck", "xfs_repair", reads=r"(?:^|\s)-n\b"),
    **change("changes a queue of print jobs", "lpadmin", "cupsenable", "cupsdisable", "cancel", "lp", "lpr", "lprm", "accept", "reject"),
    **read("lpstat", "lpq", "lpinfo"),
    **change("changes the repository", "git", reads=r"^(?:-\S+(?: [^-\s]\S*)? )*+(?:status|log|diff|show|branch -?\w*$|remote -v|rev-parse"
        r"|ls-files|describe|blame)\b(?!.*--output)"),
    **change("writes to the system log", "logger", "wall", "write", "mail", "sendmail", "mailx"),
    **change("captures traffic", "tcpdump", "tshark", reads=r"^(?!.*(?:^|\s)-w\b).*$"),
    **destroy("deletes files for good", "rm", "unlink", "shred", "srm", "truncate"),
    **destroy("deletes folders", "rmdir"),
    **destroy("overwrites a disk or file", "dd", "wipefs", "mkfs", "mkswap", "blkdiscard", "hdparm", "mkfs.ext4", "mkfs.xfs", "mkfs.vfat", "mke2fs",
              reads=r"^(?:-[iItT] )+/dev/\S+$|^if=/dev/\S+ of=/dev/null\b"),
    **destroy("changes partitions", "fdisk", "sfdisk", "cfdisk", "gdisk", "parted", "sgdisk", reads=r"(?:^|\s)(?:-l|--list|-p|-d|print)\b"),
    **destroy("deletes volumes or accounts", "lvremove", "vgremove", "pvremove", "userdel", "groupdel", "deluser", "delgroup"),
    **opaque("runs text as a command", "eval", "source", ".", "script", "expect"),
    **opaque("opens a remote shell or connection", "ssh", "telnet", "nc", "ncat", "socat", "ftp", "tftp", "rlogin", "smbclient"),
    **opaque("runs code of its own", "perl", "ruby", "node", "php", "lua", "osascript", "java", "make", "ansible", "ansible-playbook"),
    **opaque("ends or replaces the shell", "exit", "exec", "logout", "su", "chroot"),
}  # fmt: skip
