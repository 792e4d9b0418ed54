"""The verbs."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from resolutionflow.settings import Settings

app = typer.Typer(
    name="resolutionflow",
    help="ResolutionFlow: troubleshooting for managed service providers, with the FlowPilot copilot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sim = typer.Typer(help="Run a simulator of a ticketing system or a model, on this machine only.", no_args_is_help=True)
app.add_typer(sim, name="sim")

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="Folder of the database, files and keys.", show_default="~/.local/share/resolutionflow"
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Seed = Annotated[int, typer.Option(help="Seed of everything that varies.")]
StateDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Keep the state in this folder.", show_default="in memory")
]
FaultsFile = Annotated[Path | None, typer.Option(help="JSON file with faults to begin with.")]


def fail(message: str) -> NoReturn:
    """Say what went wrong and end with code 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def _settings(data_dir: Path | None, **changes: object) -> Settings:
    from pydantic import ValidationError

    from resolutionflow.settings import Settings

    overrides = dict(changes)
    if data_dir is not None:
        overrides["data_dir"] = data_dir.expanduser().absolute()
    try:
        return Settings.load(**overrides)
    except ValidationError as wrong:
        named = "; ".join(f"RF_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors())
        fail(f"A setting cannot be read. Nothing was started. {named}")
    except PermissionError as refused:
        fail(f"The data directory cannot be written: {refused.filename}. Choose another with --data-dir.")


def _run(work: Coroutine[object, object, int]) -> None:
    """Run to the end; known failures become their own words, unknown ones keep their trace."""
    from resolutionflow.kit.loop import run
    from resolutionflow.up.errors import CannotStartError

    try:
        code = run(work)
    except CannotStartError as reason:
        fail(str(reason))
    except KeyboardInterrupt:
        code = 130
    raise typer.Exit(code)


@app.command()
def up(
    data_dir: DataDir = None,
    port: Port = 8080,
    host: Host = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Keep a demo workspace over a simulated PSA.")] = True,
    ready_file: Annotated[
        Path | None, typer.Option("--ready-file", help="Write addresses as JSON here when ready.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start everything on this machine: database, server, worker, demo workspace. Ctrl-C stops it all."""
    from resolutionflow.kit.loopback import is_loopback
    from resolutionflow.up.runner import Options, run

    settings = _settings(data_dir, demo=demo, loopback_only=is_loopback(host))
    _run(run(settings, Options(host=host, port=port, demo=demo, ready_file=ready_file, as_json=as_json)))


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8080, data_dir: DataDir = None) -> None:
    """Run the server alone, on the database named by RF_DATABASE_URL. Run "resolutionflow worker" beside it."""
    from resolutionflow.kit.loopback import is_loopback
    from resolutionflow.up.processes import serve as run_server

    _run(run_server(_settings(data_dir, loopback_only=is_loopback(host)), host=host, port=port))


@app.command()
def worker(data_dir: DataDir = None) -> None:
    """Run a worker alone, on the database named by RF_DATABASE_URL. Any number may run, on any machine."""
    from resolutionflow.up.processes import work

    _run(work(_settings(data_dir)))


@app.command()
def migrate(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Bring the database to the schema of this release. Safe to repeat."""
    from resolutionflow.up.processes import migrate as run_migrations

    _run(run_migrations(_settings(data_dir), as_json=as_json))


@app.command()
def doctor(data_dir: DataDir = None, port: Port = 8080, as_json: AsJson = False) -> None:
    """Check this installation; each finding comes with the line that mends it. Fails when something is broken."""
    from resolutionflow.cli.doctor import examine, render

    findings = asyncio.run(examine(data_dir, port))
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        typer.echo(render(findings))
    raise typer.Exit(1 if any(finding.status == "broken" for finding in findings) else 0)


@app.command("seed-demo")
def seed_demo(
    data_dir: DataDir = None,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo workspace away and make it anew.")] = False,
) -> None:
    """Make the demo workspace, or put it back to its first state. Real accounts are not touched."""
    from resolutionflow.up.processes import seed

    _run(seed(_settings(data_dir), reset=reset))


@app.command("create-admin")
def create_admin(
    account: Annotated[str, typer.Option("--account", help="Name of the account, your company.")],
    name: Annotated[str, typer.Option("--name", help="Name of its owner, who also runs this installation.")],
    email: Annotated[str, typer.Option("--email", help="The address the owner signs in with.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make the first account and its owner. Asks for the password, or reads it as one line from standard input."""
    from resolutionflow.up.first_account import create_admin as make

    answers = {"account_name": account, "name": name, "email": email, "password": _new_password()}
    _run(make(_settings(data_dir), answers, as_json=as_json))


def _new_password() -> str:
    # Never an option: the list of processes and the shell's history would keep it.
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


@app.command("rotate-keys")
def rotate_keys(
    data_dir: DataDir = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Add a new key to the data directory's key ring first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Encrypt stored secrets (PSA and model keys) anew under the current key. Safe to repeat, also while "up" runs."""
    from resolutionflow.up.keys import rotate_keys as run_rotation

    _run(run_rotation(_settings(data_dir), new_key=new_key, as_json=as_json))


@app.command()
def openapi(
    output: Annotated[
        Path | None, typer.Option("--output", help="Write to this file instead of standard output.")
    ] = None,
    check: Annotated[Path | None, typer.Option("--check", help="Fail when this file differs; write nothing.")] = None,
) -> None:
    """Print the API's OpenAPI document."""
    from resolutionflow.up.processes import openapi_document

    text = openapi_document()
    if check is not None:
        if not check.exists() or check.read_text(encoding="utf-8") != text:
            fail(f"{check} does not match the code. Write it anew: ./rf gen")
        return
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


@sim.command("connectwise")
def sim_connectwise(
    port: Port = 8101,
    seed: Seed = 0,
    data_dir: StateDir = None,
    faults: FaultsFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the ConnectWise simulator and print its address and credentials."""
    from resolutionflow.demo.connectwise import run
    from resolutionflow.demo.simkit.psa import Asked

    raise typer.Exit(run(Asked(port, seed, data_dir, faults, as_json)))


@sim.command("autotask")
def sim_autotask(
    port: Port = 8103,
    seed: Seed = 0,
    data_dir: StateDir = None,
    faults: FaultsFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the Autotask simulator and print its address and credentials."""
    from resolutionflow.demo.autotask import run
    from resolutionflow.demo.simkit.psa import Asked

    raise typer.Exit(run(Asked(port, seed, data_dir, faults, as_json)))


@sim.command("halopsa")
def sim_halopsa(
    port: Port = 8102,
    seed: Seed = 0,
    data_dir: StateDir = None,
    faults: FaultsFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the HaloPSA simulator and print its address and credentials."""
    from resolutionflow.demo.halopsa import run
    from resolutionflow.demo.simkit.psa import Asked

    raise typer.Exit(run(Asked(port, seed, data_dir, faults, as_json)))


@sim.command("models")
def sim_models(port: Port = 8104, as_json: AsJson = False) -> None:
    """Run a simulated language model, to try the model engine without a provider's key; prints address and key."""
    from resolutionflow.demo.models.command import run

    raise typer.Exit(run(port, json_out=as_json))
