"""Labels a piece of Python by its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from resolutionflow.pilot.commands.types import (
    READS,
    WRITES_FILE,
    CommandLabel,
    Risk,
    changes,
    destroys,
    unknown,
    worst,
)

_BUILT_INS: Final = frozenset(
    """
    print len range sorted reversed enumerate zip map filter sum min max abs round any all str int float bool list dict
    set tuple bytes repr format type isinstance issubclass hasattr id hex oct bin ord chr iter next input dir vars hash
    frozenset divmod pow slice ascii callable Exception ValueError RuntimeError
    """.split()
)
_READING_MODULES: Final = (
    "platform.", "json.", "re.", "math.", "datetime.", "time.", "textwrap.", "collections.", "itertools.", "statistics.",
    "ipaddress.", "string.", "pprint.", "hashlib.", "base64.", "struct.", "uuid.", "calendar.", "locale.", "getpass.getuser",
    "os.path.", "os.environ.", "os.getenv", "os.getcwd", "os.listdir", "os.walk", "os.scandir", "os.stat", "os.uname", "os.cpu_count",
    "os.getpid", "os.getlogin", "os.access", "os.statvfs", "os.getloadavg", "shutil.which", "shutil.disk_usage", "sys.version",
    "sys.stdout.", "sys.stderr.", "sys.exit", "sys.getsizeof", "socket.", "ssl.", "psutil.", "requests.get", "requests.head",
    "urllib.request.urlopen", "urllib.parse.", "glob.", "fnmatch.", "pathlib.", "csv.reader", "csv.DictReader", "dns.resolver.",
    "argparse.", "logging.", "traceback.", "configparser.", "email.utils.", "winreg.Open", "winreg.Query", "winreg.Enum",
    "winreg.Connect", "winreg.Close", "concurrent.futures.", "functools.", "operator.",
)  # fmt: skip
_DESTROYING: Final = frozenset({"os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "os.truncate",
                                "winreg.DeleteKey", "winreg.DeleteValue", "winreg.DeleteKeyEx"})  # fmt: skip
_DESTROYING_METHODS: Final = frozenset({"unlink", "rmdir", "rmtree", "truncate"})
_CHANGING_METHODS: Final = frozenset(
    {
        "write_text",
        "write_bytes",
        "touch",
        "mkdir",
        "rename",
        "chmod",
        "symlink_to",
        "hardlink_to",
        "kill",
        "terminate",
        "suspend",
        "nice",
    }
)
_READING_METHODS: Final = frozenset(
    """
    append extend get items keys values split rsplit splitlines strip lstrip rstrip join format read readline readlines close
    decode encode lower upper title capitalize startswith endswith replace find rfind index count sort reverse pop insert add
    update copy setdefault exists is_file is_dir iterdir glob rglob stat read_text read_bytes resolve absolute relative_to
    with_suffix joinpath expanduser connect connect_ex settimeout recv getpeercert getpeername getsockname version cipher
    wrap_socket json group groups groupdict match search findall finditer fullmatch sub strftime isoformat timestamp
    total_seconds date time as_posix zfill ljust rjust center isdigit isalpha isnumeric isspace partition rpartition
    most_common intersection union difference issubset hexdigest digest info getcode geturl getheader getheaders
    raise_for_status iter_lines as_dict name pid cpu_percent memory_info memory_percent num_threads create_time cmdline
    total used free percent seek tell fileno issuperset discard is_private is_loopback hosts subnet_of
    """.split()
)
_CHANGING_MODULES: Final = ("shutil.copy", "shutil.move", "os.rename", "os.replace", "os.mkdir", "os.makedirs", "os.chmod", "os.chown",
                            "os.kill", "os.symlink", "os.link", "os.utime", "winreg.Set", "winreg.Create", "requests.post", "requests.put",
                            "requests.delete", "requests.patch", "smtplib.", "tempfile.", "zipfile.", "tarfile.")  # fmt: skip
_RUNNING: Final = ("os.system", "os.popen", "os.exec", "os.spawn", "os.startfile", "subprocess.", "ctypes.", "pickle.load", "runpy.",
                   "importlib.", "marshal.", "pty.", "paramiko.", "win32")  # fmt: skip
_RUNS: Final = unknown("It runs another program.")
_HIDES: Final = unknown("It runs code or reaches names that are only known when it runs.")
_OPENING: Final = ("open",)
_CODE: Final = frozenset(
    {"eval", "exec", "compile", "__import__", "getattr", "setattr", "delattr", "globals", "locals"}
)


def label_python(code: str) -> CommandLabel:
    """The label of Python source; code that cannot be parsed is unknown."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return unknown("It could not be read as Python.")
    return worst(_labels(tree))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Local name to full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                local = name.asname or name.name.split(".")[0]
                yield local, name.name if name.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def _labels(tree: ast.Module) -> Iterator[CommandLabel]:
    aliases = dict(_imports(tree))
    own = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    called: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called.add(id(node.func))
            name = _dotted(node.func, aliases)
            if name not in own:
                yield _open(node, name) if name.endswith(_OPENING) else _by_name(name)
    for node in ast.walk(tree):
        # A name that is handed on (`map(os.remove, names)`) is as good as called.
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in called:
            handed_on = _by_name(_dotted(node, aliases))
            if handed_on.risk in (Risk.CHANGES, Risk.DESTRUCTIVE) or handed_on is _RUNS or handed_on is _HIDES:
                yield handed_on


def _by_name(name: str) -> CommandLabel:
    """The label of calling a function of this full name, or a method `.name`."""
    method = name[1:] if name.startswith(".") else ""
    if name in _CODE:
        label = _HIDES
    elif name.startswith(_RUNNING):
        label = _RUNS
    elif name in _DESTROYING or method in _DESTROYING_METHODS:
        label = destroys("It deletes files or registry entries.")
    elif name.startswith(_CHANGING_MODULES) or method in _CHANGING_METHODS:
        label = changes("It changes files, processes or settings, or sends something.")
    elif name in _BUILT_INS or name.startswith(_READING_MODULES) or method in _READING_METHODS:
        label = READS
    else:
        label = unknown(f"It calls {name.lstrip('.')[:60] or 'something'}, whose effect is not known here.")
    return label


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """`os.path.join` as written in full; a method of a value is `.name`."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        if node.id in aliases or not parts:
            return ".".join([aliases.get(node.id, node.id), *reversed(parts)])
        return f".{parts[0]}"
    return f".{parts[0]}" if parts else ""


def _open(node: ast.Call, name: str) -> CommandLabel:
    first = 1 if name in ("open", "io.open") else 0
    mode: ast.expr | None = node.args[first] if len(node.args) > first else None
    mode = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), mode)
    if mode is None:
        return READS
    if not isinstance(mode, ast.Constant) or not isinstance(mode.value, str):
        return unknown("It opens a file in a way that is only known when it runs.")
    return WRITES_FILE if set(mode.value) & set("wax+") else READS
