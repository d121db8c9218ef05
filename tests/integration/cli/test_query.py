from __future__ import annotations

import asyncio
import csv
import json
import re
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from bot.sandbox.mondoo.effects import Hang, Status
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.server import Sandbox

from .conftest import Begin, Run

DOCUMENTED = "org=mondoo-organization-1"
DOCUMENTED_MRN = "//captain.api.mondoo.app/organizations/mondoo-organization-1"
LONG = "space=acme-production"
LONG_MRN = "//captain.api.mondoo.app/spaces/acme-production"


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def as_sent(sandbox: Sandbox, mrn: str) -> list[tuple[str, ...]]:
    """The events of a log as its server has them, in no order."""
    nodes = [event.as_node() for event in sandbox.mondoo.log(mrn)]
    return sorted(
        (
            node["timestamp"],
            node["action"],
            node["identity"]["name"],
            node["identity"]["mrn"],
            node["resource"],
            node["msg"],
            str(node["ip"]),
            str(node["parent"]),
        )
        for node in nodes
    )


def as_read(found: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    keys = ("timestamp", "action", "actor_name", "actor_mrn", "resource", "message", "ip", "parent")
    return sorted(tuple(str(each[key]) for key in keys) for each in found)


@pytest.mark.parametrize(("scope", "mrn"), [(DOCUMENTED, DOCUMENTED_MRN), (LONG, LONG_MRN)])
async def test_ndjson_holds_every_event_as_mondoo_sent_it(run: Run, sandbox: Sandbox, scope: str, mrn: str) -> None:
    ended = await run("query", scope, "limit=all", "--format", "ndjson")
    found = records(ended.out)
    assert ended.status == 0
    assert as_read(found) == as_sent(sandbox, mrn)
    times = [each["timestamp"] for each in found]
    assert times == sorted(times, reverse=True)
    assert f"{len(found):,} of {len(found):,}, all read." in ended.err


async def test_words_go_to_stderr_and_say_which_question_was_understood(run: Run) -> None:
    ended = await run("query", DOCUMENTED, "since=2024-01-01", "until=2024-03-01", "order=asc")
    assert ended.err == (
        "Organization mondoo-organization-1 (127.0.0.1) · from 2024-01-01 00:00 UTC until before 2024-03-01 00:00 UTC"
        " · oldest first\n1–3 of 3, all read.\n"
    )
    assert ended.out.startswith("Friday 12 January 2024 (UTC)\n")


@pytest.mark.parametrize("form", ["ndjson", "csv", "json", "table"])
async def test_without_a_limit_the_newest_hundred_come_and_how_to_get_the_rest(run: Run, form: str) -> None:
    ended = await run("query", LONG, f"format={form}")
    assert ended.status == 0
    assert ended.err.endswith("1–100 of 100, limited as asked; 3,200 in the window; limit=all reads everything.\n")
    match form:
        case "ndjson":
            assert len(records(ended.out)) == 100
        case "csv":
            assert len(list(csv.DictReader(ended.out.splitlines()))) == 100
        case "json":
            assert len(json.loads(ended.out)["events"]) == 100
        case _:
            assert len(re.findall(r"^\d\d:\d\d:\d\d ", ended.out, re.MULTILINE)) == 100


async def test_oldest_first_is_the_other_way_round(run: Run) -> None:
    newest = await run("query", DOCUMENTED, "--format", "ndjson")
    oldest = await run("query", DOCUMENTED, "order=asc", "--format", "ndjson")
    assert records(oldest.out)[0]["timestamp"] == records(newest.out)[-1]["timestamp"]


async def test_an_empty_window_is_an_empty_answer_that_says_so(run: Run) -> None:
    ended = await run("query", DOCUMENTED, "since=2025-01-01")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.endswith("No events, all read.\n")


async def test_a_mistake_is_answered_with_a_command_that_works(run: Run) -> None:
    wrong = await run("query", "og=mondoo-organization-1", "actor=Jane Doe", "--format", "csv")
    assert (wrong.status, wrong.out) == (2, "")
    sentence, correction = wrong.err.splitlines()
    assert sentence == "There is no key “og”: the nearest is “org”."
    typed = shlex.split(correction.removeprefix("Try: mondoo-audit-bot "))
    assert typed == ["query", DOCUMENTED, "actor=Jane Doe", "--format", "csv"]
    right = await run(*typed)
    assert right.status == 0
    assert len(right.out.splitlines()) > 1


MISTAKES = {
    "no scope": (["query"], "Say whose log to read"),
    "two formats": (["query", DOCUMENTED, "format=csv", "--format", "json"], "ask for different formats"),
    "no such format": (["query", DOCUMENTED, "--format", "xml"], "xml"),
    "a folder to write to": (["query", DOCUMENTED, "--output", "/"], "/ is a folder"),
    "a region that is not served": (["query", DOCUMENTED, "region=eu"], "serves one region"),
}


@pytest.mark.parametrize("case", MISTAKES)
async def test_bad_input_ends_with_status_2_and_no_data(run: Run, case: str) -> None:
    arguments, words = MISTAKES[case]
    ended = await run(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


async def test_settings_that_make_no_sense_end_with_status_2(run: Run) -> None:
    ended = await run("query", DOCUMENTED, MONDOO_API_TOKEN="", MONDOO_REGION="mars", SLACK_BOT_TOKEN="of-another-tool")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("MONDOO_REGION must be us or eu; “mars” is not.\nMONDOO_API_TOKEN is not set")


@pytest.mark.parametrize("form", ["ndjson", "csv", "json", "table"])
async def test_a_failure_never_looks_like_an_empty_log(run: Run, sandbox: Sandbox, form: str) -> None:
    sandbox.mondoo.inject(Fault(Status(503), times=None))
    ended = await run("query", LONG, "--format", form)
    assert (ended.status, ended.out) == (1, "")
    assert "Nothing could be read: Mondoo answered 503" in ended.err
    assert "try again in a minute" in ended.err


async def test_each_retry_is_said(run: Run, sandbox: Sandbox) -> None:
    sandbox.mondoo.inject(Fault(Status(503), times=1))
    ended = await run("query", DOCUMENTED, MONDOO_PATIENCE="30s")
    assert ended.status == 0
    assert re.search(r"^Mondoo answered 503.*; asking again in \d\.\d seconds\.$", ended.err, re.MULTILINE)


async def test_a_token_that_is_refused_is_told_and_not_shown(run: Run) -> None:
    ended = await run("query", LONG, MONDOO_API_TOKEN="hunter2hunter2")
    assert (ended.status, ended.out) == (1, "")
    assert "does not accept the token" in ended.err
    assert "hunter2" not in ended.err


async def test_a_scope_that_is_not_ours_could_not_be_read(run: Run) -> None:
    ended = await run("query", "org=somebody-elses")
    assert (ended.status, ended.out) == (1, "")
    assert "Nothing could be read" in ended.err


def assert_newest_of(found: list[dict[str, Any]], sandbox: Sandbox) -> None:
    """Some of a log, newest first, and nothing left out among them; of the oldest second there may be more."""
    whole, some = as_sent(sandbox, LONG_MRN), as_read(found)
    assert 100 <= len(some) < len(whole)
    assert Counter(some) <= Counter(whole)
    assert [each for each in whole if each[0] > some[0][0]] == [each for each in some if each[0] > some[0][0]]


@pytest.mark.parametrize("form", ["ndjson", "json"])
async def test_what_was_read_before_a_failure_is_given_as_partial(run: Run, sandbox: Sandbox, form: str) -> None:
    sandbox.mondoo.inject(Fault(Status(500), times=None, page=3))
    ended = await run("query", LONG, "limit=all", "--format", form)
    assert ended.status == 3
    stopped = r"^1–(\d+) of [\d,]+, stopped after \d of \d\d pages: Mondoo answered 500"
    said = re.search(stopped, ended.err, re.MULTILINE)
    assert said is not None, ended.err
    document: dict[str, Any] = json.loads(ended.out) if form == "json" else {"events": records(ended.out)}
    assert len(document["events"]) == int(said[1])
    assert_newest_of(document["events"], sandbox)
    if form == "json":
        assert document["coverage"]["complete"] is False
        assert "500" in document["coverage"]["stopped"]


async def test_a_file_is_there_whole_or_not_at_all(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "audit.ndjson"
    ended = await run("query", LONG, "limit=all", "--output", str(path))
    assert (ended.status, ended.out) == (0, "")
    assert ended.err.endswith(f"It is in {path}.\n")
    whole = path.read_text()
    assert len(records(whole)) == 3200

    sandbox.mondoo.inject(Fault(Status(500), times=None, page=3))
    ended = await run("query", LONG, "limit=all", "--output", str(path))
    assert ended.status == 3
    assert path.read_text() == whole
    assert_newest_of(records(path.with_name("audit.ndjson.partial").read_text()), sandbox)
    assert ended.err.endswith(f"What was read is in {path}.partial.\n")


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", "timestamp,action"), ("a.json", '{"scope"'), ("a.txt", "Friday")]
)
async def test_the_name_of_the_file_says_the_form(run: Run, tmp_path: Path, name: str, begins: str) -> None:
    assert (await run("query", DOCUMENTED, "--output", name)).status == 0
    assert (tmp_path / name).read_text().startswith(begins)


async def test_a_full_disk_is_told(run: Run) -> None:
    ended = await run("query", LONG, "--output", "/dev/full")
    assert ended.status == 1
    assert "The output cannot be written: No space left on device." in ended.err
    assert "Traceback" not in ended.err


async def test_a_closed_pipe_ends_it_without_a_word(begin: Begin) -> None:
    command = await begin("query", LONG, "limit=all", "--format", "ndjson")
    await command.line("out", "timestamp")
    assert command.process.stdout is not None
    command.process.stdout._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 — as `head -1` does
    assert command.process.stderr is not None
    err = (await command.process.stderr.read()).decode()
    assert await command.process.wait() == 0
    assert err.splitlines()[1:] == []


@pytest.mark.parametrize(("closed", "data"), [(">&-", False), ("2>&-", True), (">&- 2>&-", False), ("<&-", True)])
async def test_a_closed_stream_is_no_reason_to_fail(
    environment: dict[str, str], tmp_path: Path, closed: str, *, data: bool
) -> None:
    line = f'"{sys.executable}" -m bot query org=mondoo-organization-1 format=csv {closed}'
    process = await asyncio.create_subprocess_shell(
        line, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0
    assert out.count(b"\n") == (37 if data else 0)
    assert b"Traceback" not in err


async def test_an_interruption_before_it_has_begun_shows_no_traceback(
    environment: dict[str, str], tmp_path: Path
) -> None:
    slow = tmp_path / "typer.py"
    slow.write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n")
    variables = {**environment, "PYTHONPATH": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "query"), cwd=tmp_path, env=variables, stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_an_interruption_keeps_what_was_read_and_says_how_much(
    begin: Begin, sandbox: Sandbox, number: signal.Signals, status: int
) -> None:
    sandbox.mondoo.inject(Fault(Hang(), times=None, page=2))
    command = await begin("query", LONG, "limit=all", "--format", "json", MONDOO_PATIENCE="60s")
    first = await command.line("out", '"timestamp"')
    command.signal(number)
    ended = await command.end(within_s=5)
    assert ended.status == status
    assert "Traceback" not in ended.err
    # Pages overlap by a second, so the sandbox may count the second request as one for the first page still.
    told = re.search(r"1–(\d+) of 3,200, stopped after [12] of 32 pages: it was interrupted\.", ended.err)
    assert told, ended.err
    events, coverage = ended.out.rsplit("\n],", 1)
    assert len(events.splitlines()) + first.count("\n") == int(told[1])
    assert '"complete":false' in coverage


async def test_an_interruption_before_anything_was_read_gives_nothing(begin: Begin, sandbox: Sandbox) -> None:
    sandbox.mondoo.inject(Fault(Hang(), times=None))
    command = await begin("query", LONG, "--output", "a.csv", MONDOO_PATIENCE="60s")
    await command.line("err", "acme-production")
    command.signal(signal.SIGINT)
    ended = await command.end(within_s=5)
    assert (ended.status, ended.out) == (130, "")


async def test_a_terminal_shows_a_table_that_fits_it_and_a_bar_that_goes_away(
    on_a_terminal: Callable[..., Awaitable[str]],
) -> None:
    shown = await on_a_terminal("query", LONG, "limit=300")
    assert "Reading ━" in shown
    drawn = "\n".join(line.rstrip("\r").rsplit("\r\x1b[2K", 1)[-1] for line in shown.split("\n"))
    assert "Reading" not in drawn
    assert "\x1b[1;31mhigh" in drawn
    bare = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
    rows = [line for line in bare.splitlines() if re.match(r"\d\d:\d\d:\d\d ", line)]
    assert len(rows) == 300
    assert max(map(cell_len, rows)) <= 80


@pytest.mark.parametrize("name", ["acme-platform-key", "acme-platform-token"])
async def test_a_service_account_is_all_it_takes(run: Run, sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    document = sandbox.mondoo.service_account(name, sandbox.base_url)
    path = tmp_path / "account.json"
    path.write_text(json.dumps(document))
    for source in (str(path), json.dumps(document)):
        ended = await run(
            "query", "org=acme-platform", MONDOO_SERVICE_ACCOUNT=source, MONDOO_API_TOKEN="", MONDOO_API_URL=""
        )
        assert ended.status == 0, ended.err


CONFIG = """
[[scopes]]
org = "acme-platform"
alias = "acme"
api_url = "{base}/query"
token_env = "US_TOKEN"

[[scopes]]
org = "lumiere-eu"
alias = "lumière"
region = "eu"
api_url = "{base}/eu/query"
token_env = "EU_TOKEN"
"""


async def test_scopes_of_two_regions_are_read_by_their_aliases(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(base=sandbox.base_url))
    variables = tmp_path / "variables"
    tokens = sandbox.mondoo.tokens
    variables.write_text(f"US_TOKEN={tokens['all-us']}\nEU_TOKEN={tokens['all-eu']}\nCONFIG_FILE={config}\n")
    nothing = {"MONDOO_API_TOKEN": "", "MONDOO_API_URL": ""}
    for alias, scope in (("acme", "acme-platform"), ("lumière", "lumiere-eu")):
        ended = await run("query", f"scope={alias}", "--format", "ndjson", "--env-file", str(variables), **nothing)
        assert ended.status == 0, ended.err
        assert {each["scope"].rpartition("/")[2] for each in records(ended.out)} == {scope}


async def test_help_about_a_question_needs_no_scope(run: Run) -> None:
    ended = await run("query", "help")
    assert ended.status == 0
    assert "limit=all reads everything" in ended.out
