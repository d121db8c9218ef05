from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from .conftest import Run

HEAVY = ("aiohttp", "asyncio", "httpx", "pydantic_settings", "rich", "slack_bolt", "slack_sdk", "structlog")


async def test_the_commands_are_listed(run: Run) -> None:
    ended = await run("--help")
    assert ended.status == 0
    for command in ("run", "query", "doctor", "demo"):
        assert f"\n  {command} " in ended.out


async def test_the_version_is_the_package_s_own(run: Run) -> None:
    ended = await run("--version")
    assert (ended.status, ended.out) == (0, f"mondoo-audit-bot {version('mondoo-audit-bot')}\n")


async def test_a_question_s_words_are_in_its_help(run: Run) -> None:
    ended = await run("query", "--help")
    assert ended.status == 0
    for words in ("org=ID", "since=2024-05-01", "limit=all reads everything", "0 complete", "--format", "--output"):
        assert words in ended.out


@pytest.mark.parametrize("command", [[], ["nonsense"], ["query", "--nonsense"], ["demo", "--port", "99999999"]])
async def test_an_unknown_command_is_a_mistake(run: Run, command: list[str]) -> None:
    ended = await run(*command)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nsys.argv = ['bot', 'query', '--help']\nimport atexit\n"
        f"atexit.register(lambda: print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr))\n"
        "from bot.cli import main\nmain()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"


def test_without_its_extra_the_demo_says_how_to_get_it() -> None:
    program = (
        "import sys\nsys.modules['uvicorn'] = None\nsys.argv = ['bot', 'demo']\nfrom bot.cli import main\nmain()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "The demo needs a few packages more: pip install 'mondoo-audit-bot[demo]'\n"


def test_a_defect_is_shown_without_the_secrets_in_it() -> None:
    program = (
        "import sys\nimport bot.cli, bot.cli.commands\n"
        "bot.cli.commands.app = lambda: (_ for _ in ()).throw(RuntimeError('Bearer hunter2hunter2 xoxb-hunter2'))\n"
        "bot.cli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "RuntimeError" in ended.stderr
    assert ended.stderr.endswith("this is a defect; please report it with the lines above.\n")
    assert ended.stderr.splitlines()[-2] == "RuntimeError: Bearer [redacted] [redacted]"
