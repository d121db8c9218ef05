"""``query``: the answer to one question, in the terminal or in a file."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, assert_never
from urllib.parse import urlsplit

from bot.cli import loops
from bot.cli.asking import DEFAULT_LIMIT, Asking
from bot.cli.guide import EXAMPLES, KEYS
from bot.cli.output import CannotWrite, Output, output
from bot.cli.progress import Progress
from bot.cli.quiet import set_up_with_first_line
from bot.cli.sheets import CsvSheet, JsonSheet, NdjsonSheet, Sheet
from bot.cli.words import Exit, explained, status_of
from bot.domain.commands import parse_question
from bot.domain.errors import BotError, UserError
from bot.domain.formats import Format
from bot.domain.intents import Help, Search
from bot.domain.query import AuditQuery, Order, Window
from bot.domain.scopes import Region, Scope
from bot.domain.typed import join
from bot.settings import Settings, load
from bot.wiring.mondoo import SystemClock, audit_log, mondoo_pages, whole_audit_log
from bot.wiring.retries import on_retry
from bot.wiring.scopes import Scopes, scopes

_WIDTH: Final = 120
"""Of a table that goes to no terminal."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed."""

    arguments: Sequence[str]
    form: Format | None = None
    path: Path | None = None
    env_file: Path | None = None

    @property
    def options(self) -> list[str]:
        """The options, to be typed again."""
        options = [] if self.form is None else ["--format", self.form.value]
        return options if self.path is None else [*options, "--output", str(self.path)]


def run(request: Request) -> Exit:
    """Answer the request, and return how that went."""
    progress = Progress()
    try:
        return _run(request, progress)
    except BotError as error:
        progress.clear()
        progress.say(*explained(error, *request.options))
        return status_of(error)


def _run(request: Request, progress: Progress) -> Exit:
    settings = load(slack=False, env_file=request.env_file)
    said = settings.logs.model_fields_set
    level = settings.logs.log_level.value if "log_level" in said else "error"
    set_up_with_first_line(level, lambda: _configure_logs(level, settings))
    known = scopes(settings, SystemClock())
    command = parse_question(
        join(request.arguments),
        now=SystemClock().now(),
        zone="UTC",
        catalog=known.catalog,
        visible=known.catalog.scopes,
        formats=tuple(Format),
        default_limit=DEFAULT_LIMIT,
    )
    match command:
        case Help():
            sys.stdout.write(f"{KEYS}\n\n{EXAMPLES}\n")
            return Exit.COMPLETE
        case Search(query, _, form):
            chosen = _chosen(request, form)
            place = _place(known, query.scope)
            target = _output(request.path)
            progress.say(f"{place} · {_window(query.window)} · {_order(query.order)}")
            on_retry(lambda _, error, wait: progress.say(_patient(error, wait)))
            asking = Asking(query, target, _sheet(chosen, query, target), progress)
            return loops.run(_ask(asking, settings, known))
        case _:
            assert_never(command)


async def _ask(asking: Asking, settings: Settings, known: Scopes) -> Exit:
    task = asyncio.current_task()
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asking.terminate(task))
    async with mondoo_pages(settings, SystemClock()) as pages:
        chosen = whole_audit_log if asking.wants_all else audit_log
        return await asking.read(chosen(pages, known, settings), settings.mondoo.mondoo_page_size)


def _configure_logs(level: str, settings: Settings) -> None:
    from bot import logs  # noqa: PLC0415 — what renders lines takes a while to import

    logs.configure(level, settings.logs.log_format or "console", secrets=settings.secrets)


def _chosen(request: Request, form: Format | None) -> Format:
    """The format that was asked for: as an option, as an argument, or by the file's name.

    Raises:
        UserError: two of them contradict each other.
    """
    if request.form is not None and form not in {None, request.form}:
        raise UserError("--format and format= ask for different formats: keep one of them.")
    by_name = {f".{choice.value}": choice for choice in Format if choice is not Format.TABLE} | {
        ".jsonl": Format.NDJSON
    }
    named = None if request.path is None else by_name.get(request.path.suffix.lower())
    return request.form or form or named or Format.TABLE


def _output(path: Path | None) -> Output:
    """Where the data goes.

    Raises:
        UserError: nothing can be written there.
    """
    try:
        return output(path)
    except CannotWrite as error:
        raise UserError(str(error)) from error


def _sheet(form: Format, query: AuditQuery, target: Output) -> Sheet:
    match form:
        case Format.TABLE:
            from bot.cli.table import TableSheet  # noqa: PLC0415 — what draws tables takes a while to import

            width = shutil.get_terminal_size().columns if target.for_people else _WIDTH
            return TableSheet(width, colours=target.for_people)
        case Format.JSON:
            return JsonSheet(query)
        case Format.NDJSON:
            return NdjsonSheet()
        case Format.CSV:
            return CsvSheet()
        case _:
            assert_never(form)


def _place(known: Scopes, scope: Scope) -> str:
    """The scope, with the host that is asked where that is not one of Mondoo's own.

    Raises:
        UserError: there are no credentials for it.
    """
    url = known.endpoint_of(scope).url
    if scope.region is not Region.CUSTOM:
        return f"{str(scope)[0].upper()}{str(scope)[1:]}"
    return f"{scope.kind.word.capitalize()} {scope.id} ({urlsplit(url).hostname})"


def _window(window: Window) -> str:
    begin = "from the beginning" if window.since is None else f"from {_moment(window.since)}"
    return f"{begin} {'until now' if window.until is None else f'until before {_moment(window.until)}'}"


def _moment(moment: datetime) -> str:
    form = "%Y-%m-%d %H:%M UTC" if moment.second == 0 and moment.microsecond == 0 else "%Y-%m-%d %H:%M:%S UTC"
    return moment.strftime(form)


def _order(order: Order) -> str:
    return "newest first" if order is Order.NEWEST_FIRST else "oldest first"


def _patient(error: Exception, wait: timedelta) -> str:
    return f"{str(error).rstrip('.')}; asking again in {wait.total_seconds():.1f} seconds."
