from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.sandbox.mondoo.effects import Status
from bot.sandbox.mondoo.faults import Fault
from bot.sandbox.server import Sandbox, own_manifest, serve
from bot.sandbox.slack import cast
from bot.sandbox.slack.faults import Fault as SlackFault
from bot.sandbox.slack.faults import FaultKind

from .conftest import Run


async def test_a_setup_that_works_is_all_ticks(run: Run) -> None:
    ended = await run("doctor")
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "✓ Settings: make sense",
        (
            "✓ Mondoo (own instance): answers, and takes the token; "
            "name scopes in CONFIG_FILE to check that they can be read"
        ),
        "✓ Slack, bot token: is mondoo_audit in Lunalectric",
        "✓ Clock: agrees with Slack's",
        "✓ Slack, app token: opens connections",
    ]
    assert ended.err == ""


async def test_each_scope_is_read_as_whoever_is_to_read_it(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    base, tokens = sandbox.base_url, sandbox.mondoo.tokens
    (tmp_path / "c.toml").write_text(
        f"""
        [[scopes]]
        org = "acme-platform"
        alias = "acme"
        [[scopes]]
        org = "lumiere-eu"
        region = "eu"
        api_url = "{base}/eu/query"
        token = "{tokens["all-us"]}"
        """
    )
    ended = await run("doctor", CONFIG_FILE="c.toml")
    assert ended.status == 1
    assert "✓ Mondoo, organization acme-platform (own instance), alias acme: can be read, 1,400 events\n" in ended.out
    assert "✗ Mondoo, organization lumiere-eu (EU): " in ended.out
    assert tokens["all-us"] not in ended.out + ended.err


async def test_the_channels_of_digests_are_looked_at(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        "\n".join(
            f'[[subscriptions]]\nname = "{number}"\nscopes = ["org:acme-platform"]\nchannel = "{channel}"'
            for number, channel in enumerate([cast.SECURITY_AUDIT, cast.ARCHIVED, cast.RANDOM, "C0NOBODY000"])
        )
    )
    ended = await run("doctor", CONFIG_FILE="c.toml")
    assert ended.status == 1
    assert f"✓ Slack, channel {cast.SECURITY_AUDIT}: is #security-audit, where the bot can post\n" in ended.out
    assert f"✗ Slack, channel {cast.ARCHIVED}: is #old-audit, which is archived\n" in ended.out
    assert f"✗ Slack, channel {cast.RANDOM}: is #random, where the bot is not\n    → Invite" in ended.out
    assert "✗ Slack, channel C0NOBODY000: cannot be posted to (channel_not_found)\n    → Check the ID" in ended.out


async def test_tokens_that_are_refused_are_crosses_with_what_to_do(run: Run) -> None:
    refused = {
        "MONDOO_API_TOKEN": "hunter2hunter2",
        "SLACK_BOT_TOKEN": "xoxb-hunter2",
        "SLACK_APP_TOKEN": "xapp-hunter2",
    }
    ended = await run("doctor", **refused)
    assert ended.status == 1
    marks = [line[0] for line in ended.out.splitlines()]
    assert marks == ["✓", "✗", " ", "✗", " ", "✗", " "]
    assert "hunter2" not in ended.out + ended.err


async def test_services_that_do_not_answer_are_crosses(run: Run, sandbox: Sandbox) -> None:
    sandbox.mondoo.inject(Fault(Status(503), times=None))
    sandbox.slack.faults.add(SlackFault("*", FaultKind.STATUS, times=None))
    ended = await run("doctor")
    assert ended.status == 1
    assert ended.out.count("✗") == 3
    assert "Slack answered 503" in ended.out
    assert "Mondoo answered 503" in ended.out


async def test_settings_that_make_no_sense_are_crosses_and_the_rest_is_checked(run: Run) -> None:
    ended = await run("doctor", SLACK_BOT_TOKEN="xoxp-hunter2", ACCESS_USERS="@jane")
    assert ended.status == 2
    assert ended.out.splitlines()[0].startswith("✗ Settings: ACCESS_USERS must be IDs of people")
    assert "✗ Settings: SLACK_BOT_TOKEN must be a bot token" in ended.out
    assert "✓ Mondoo (own instance): answers" in ended.out


async def test_settings_of_which_nothing_makes_sense_are_all_there_is_to_say(run: Run) -> None:
    ended = await run("doctor", MONDOO_API_TOKEN="")
    assert ended.status == 2
    assert {line[0] for line in ended.out.splitlines()} == {"✗"}


async def test_settings_that_contradict_themselves_are_told_once_all_are_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[[scopes]]\norg = 'a'\nregion = 'us'\n")
    ended = await run("doctor", CONFIG_FILE="c.toml")
    assert ended.status == 2
    assert "✗ Settings: CONFIG_FILE: scope 1 is at another URL" in ended.out


async def test_over_http_the_secret_cannot_be_checked(run: Run) -> None:
    ended = await run("doctor", SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="0" * 32)
    assert ended.status == 0
    assert "✓ Slack, signing secret: cannot be checked from here" in ended.out


async def test_scopes_that_the_app_lacks_are_named(run: Run) -> None:
    manifest = yaml.safe_load(own_manifest().read_text())
    manifest["oauth_config"]["scopes"]["bot"].remove("users:read")
    async with serve(port=0, page=False, manifest=manifest) as poorer:
        ended = await run("doctor", SLACK_API_URL=poorer.environment["SLACK_API_URL"])
    assert ended.status == 1
    assert "✗ Slack, bot token: is mondoo_audit in Lunalectric, but lacks users:read\n    → Add the scopes" in ended.out


@pytest.mark.parametrize("name", ["--help", "--version"])
async def test_asking_what_it_is_needs_no_setup(run: Run, name: str) -> None:
    ended = await run(name, MONDOO_API_TOKEN="", SLACK_BOT_TOKEN="")
    assert ended.status == 0
    assert ended.out
