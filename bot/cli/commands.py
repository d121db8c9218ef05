"""The commands, with their arguments and options: ``run``, ``query``, ``demo``, ``doctor``.

What a command needs is imported when it runs, so that asking for help takes no time.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import loaded
from bot.cli.guide import EXAMPLES, KEYS, STATUS
from bot.domain.formats import Format

app = typer.Typer(
    name="mondoo-audit-bot",
    help="Ask Mondoo's audit log from Slack, and know how complete each answer is.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # they show the values of variables, tokens among them
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)

EnvFile = Annotated[
    Path | None,
    typer.Option("--env-file", metavar="FILE", help="Read variables from FILE; those of the environment stand above."),
]


def _show_version(wanted: bool) -> None:  # noqa: FBT001 — the signature is typer's
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        typer.echo(f"mondoo-audit-bot {version('mondoo-audit-bot')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[  # noqa: FBT002 — an option, not an argument
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command("run", epilog="Settings: see .env.example and config.example.toml.")
def _run(env_file: EnvFile = None) -> None:
    """Answer in Slack until SIGTERM or Ctrl-C."""
    from bot.cli.running import run  # noqa: PLC0415

    loaded()
    raise typer.Exit(run(env_file))


@app.command(
    "query",
    epilog="\n\n".join(f"\b\n{block}" for part in (KEYS, EXAMPLES, STATUS) for block in part.split("\n\n")),
)
def _query(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="The question, in any order.", show_default=False)
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="table: for people. ndjson: the values as Mondoo sent them. csv: for spreadsheets. "
            "Without it, what the name of the file says, or a table.",
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write to FILE, which appears only when the answer is complete."
        ),
    ] = None,
    env_file: EnvFile = None,
) -> None:
    """Answer one question here, in the same words as /mondoo-audit."""
    from bot.cli.query import Request, run  # noqa: PLC0415

    loaded()
    raise typer.Exit(run(Request(arguments or [], form, path, env_file)))


@app.command("doctor")
def _doctor(env_file: EnvFile = None) -> None:
    """Check the settings, Mondoo and Slack."""
    from bot.cli.doctor import run  # noqa: PLC0415

    loaded()
    raise typer.Exit(run(env_file))


@app.command("demo")
def _demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port of the page, Mondoo and Slack.", min=1, max=65535)] = 8080,
    every: Annotated[int, typer.Option(help="Seconds from digest to digest, as something happens.", min=5)] = 30,
) -> None:
    """Try the bot on this machine, without an account."""
    from bot.cli.demo import run  # noqa: PLC0415

    loaded()
    raise typer.Exit(run(host, port, timedelta(seconds=every)))
