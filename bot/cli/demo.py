"""``demo``: Mondoo, Slack and the bot on this machine, with the same code and protocols as in production."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot import logs
from bot.cli.child import BotEndedError, BotProcess
from bot.cli.signals import on_signal
from bot.cli.words import PROGRAM, Exit
from bot.domain.durations import write_duration

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

_FIRST: Final = "/mondoo-audit org=mondoo-organization-1"
_ALSO: Final = "/mondoo-audit space=production last=7d risk=high"
_POLL: Final = "3s"


def run(host: str, port: int, every: timedelta) -> Exit:
    """Run the demo until Ctrl-C, and return how that went.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        every: how often the demo's channel gets a digest, if something happened.
    """
    try:
        from bot.sandbox.errors import SandboxError  # noqa: PLC0415 — an extra, which may be missing
        from bot.sandbox.server import serve  # noqa: F401, PLC0415 — likewise
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("bot"):
            raise
        sys.stderr.write(f"The demo needs a few packages more: pip install '{PROGRAM}[demo]'\n")
        return Exit.FAILED
    logs.configure("error", "console")
    try:
        asyncio.run(_until_told(host, port, write_duration(every)))
    except SandboxError as error:
        sys.stderr.write(f"{error}.\n")
        return Exit.MISTAKE
    except BotEndedError as error:
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    return Exit.COMPLETE


async def _until_told(host: str, port: int, every: str) -> None:
    from bot.sandbox.server import serve  # noqa: PLC0415 — an extra

    told = asyncio.Event()
    folder = Path(tempfile.mkdtemp(prefix="mondoo-audit-bot-demo-"))
    bot = BotProcess(folder)

    def leave_nothing() -> None:
        bot.kill()
        shutil.rmtree(folder, ignore_errors=True)

    on_signal(told.set, at_once=leave_nothing)
    async with AsyncExitStack() as stack:
        stack.callback(leave_nothing)
        _say("Starting Mondoo, Slack and the bot…\n")
        sandbox = await stack.enter_async_context(serve(host, port))
        config = folder / "config.toml"
        config.write_text(_config(sandbox, every), encoding="utf-8")
        stack.push_async_callback(bot.stop)
        waiting = asyncio.create_task(told.wait())
        await bot.start(_environment(sandbox, config))
        if await _first(bot.ready(), waiting):
            _say(_introduction(sandbox, sandbox.curl_with(folder / "query.json"), every))
            await _first(bot.ended(), waiting)
        _say("\nStopping…\n")


def _say(words: str) -> None:
    """Write words that are seen at once, also where they go through a pipe."""
    sys.stdout.write(words)
    sys.stdout.flush()


async def _first(work: Coroutine[Any, Any, None], waiting: asyncio.Task[Any]) -> bool:
    """Whether the work was done before the wait was over."""
    working = asyncio.create_task(work)
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        await working
        return True
    working.cancel()
    return False


def _environment(sandbox: Sandbox, config: Path) -> dict[str, str]:
    """All that the bot knows: the sandbox's addresses and tokens, and nothing of whoever started the demo."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL", "COVERAGE_PROCESS_CONFIG", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        **{name: value for name, value in sandbox.environment.items() if name != "SLACK_SIGNING_SECRET"},
        "CONFIG_FILE": str(config),
        "HOME": str(config.parent),
        "MONDOO_REGION": "us",
        "DATABASE_URL": f"sqlite:///{config.parent / 'bot.db'}",
        "POLL_INTERVAL": _POLL,
        "LOG_FORMAT": "json",
        "PORT": "0",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _config(sandbox: Sandbox, every: str) -> str:
    """A configuration as an operator would write it: scopes with region, token and alias, a digest and an alert."""
    from bot.sandbox.slack.cast import SECURITY_AUDIT  # noqa: PLC0415 — an extra

    tokens = sandbox.mondoo.tokens
    scopes = [
        f"""\
[[scopes]]
{"org" if tenant.scope.kind == "organization" else "space"} = "{tenant.scope.id}"
alias = "{_alias(tenant.scope.kind, tenant.scope.id)}"
region = "{region.name}"
api_url = "{sandbox.base_url}{region.path}"
token = "{tokens[tenant.scope.id]}"
"""
        for region in sandbox.mondoo.regions.values()
        for tenant in region.tenants.values()
    ]
    subscriptions = f"""\
[[subscriptions]]
name = "who came and went"
channel = "{SECURITY_AUDIT}"
schedule = "{every}"

[[subscriptions]]
name = "what cannot wait"
channel = "{SECURITY_AUDIT}"
mode = "alert"
"""
    return "\n".join([*scopes, subscriptions])


def _alias(kind: str, scope_id: str) -> str:
    """A short name: that of the company for an organization, that of the space for a space."""
    parts = scope_id.split("-")
    return parts[0] if kind == "organization" else parts[-1]


def _introduction(sandbox: Sandbox, curl: str, every: str) -> str:
    return f"""
  Open   {sandbox.base_url}
  Type   {_FIRST}
  or     {_ALSO}
  or     press “Behind the scenes”, “An owner is added”: an alert follows at once, a digest within {every}

  Mondoo's API answers as its documentation shows:

{"".join(f"  {line}" for line in curl.splitlines(keepends=True))}

  Ctrl-C stops everything.

"""
