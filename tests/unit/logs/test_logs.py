from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

KEY = "-----BEGIN PRIVATE KEY-----\nMIG2AgEAMBAGByqGSM49\nc2VjcmV0c2VjcmV0\n-----END PRIVATE KEY-----\n"
JWT = "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiIvL2FnZW50cyJ9.c2lnbmF0dXJl"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Undo what configuring does to the process."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in ("httpx", "slack_bolt", "slack_sdk")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(capture=False)
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raised(message: str) -> ValueError:
    """An error with a traceback."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — it is ours
        raise ValueError(message)
    return caught.value


def test_an_event_is_a_line_of_json_with_its_time_level_and_name_first() -> None:
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    structlog.get_logger("bot.somewhere").info("ready", port=3000, took=timedelta(milliseconds=1500))
    (line,) = lines(stream)
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert line["timestamp"].endswith("Z")
    assert line | {"timestamp": ""} == {
        "timestamp": "",
        "level": "info",
        "event": "ready",
        "logger": "bot.somewhere",
        "port": 3000,
        "took": 1.5,
    }


def test_on_a_terminal_lines_are_for_people() -> None:
    stream = Terminal()
    logs.configure("info", stream=stream)
    structlog.get_logger().info("ready", port=3000)
    assert "\x1b[" in stream.getvalue()
    assert "ready" in stream.getvalue()


@pytest.mark.parametrize(("form", "stream"), [("console", io.StringIO()), ("json", Terminal())])
def test_the_form_can_be_asked_for(form: Literal["json", "console"], stream: io.StringIO) -> None:
    logs.configure("info", form, stream=stream)
    structlog.get_logger().info("ready")
    assert stream.getvalue().startswith("{") is (form == "json")
    assert "\x1b[" not in stream.getvalue()


@pytest.mark.parametrize(("level", "logged"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_holds_for_our_lines_and_those_of_libraries(level: str, logged: int) -> None:
    for write in (structlog.get_logger("ours"), logging.getLogger("a.library")):
        stream = io.StringIO()
        logs.configure(level, stream=stream)
        write.debug("a")
        write.info("b")
        write.warning("c")
        write.error("d")
        assert len(lines(stream)) == logged


@pytest.mark.parametrize("name", ["httpx", "slack_bolt", "slack_sdk.web.async_client"])
def test_libraries_that_log_whole_requests_are_kept_to_their_warnings(name: str) -> None:
    stream = io.StringIO()
    logs.configure("debug", stream=stream)
    logging.getLogger(name).info("body=…")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("lost the connection")
    assert lines(stream)[0]["event"] == "lost the connection"


def test_warnings_of_python_are_logged(recwarn: pytest.WarningsRecorder) -> None:
    stream = io.StringIO()
    logs.configure("info", stream=stream)
    warnings.showwarning("soon gone", DeprecationWarning, "module.py", 1)
    assert "soon gone" in lines(stream)[0]["event"]


TOKENS = {
    "xoxb-123-456-abcDEF": "",
    "xoxe.xoxb-1-abc": "",
    "xapp-1-A1-2-abc": "",
    JWT: "",
    "Bearer opaque+token/==": "Bearer [redacted]",
    "https://hooks.slack.com/commands/T1/2/abc": "https://hooks.slack.com/[redacted]",
    "http://jane:password@proxy.example:3128": "http://[redacted]@proxy.example:3128",
    KEY: "[redacted]\n",
    KEY.replace("\n", "\\n"): "[redacted]\\n",
    KEY[:60]: "",
}


@pytest.mark.parametrize("token", TOKENS)
def test_what_looks_like_a_token_is_taken_out(token: str) -> None:
    assert logs.Redactor()(f"before {token} after" if "KEY" not in token else token) == (
        f"before {TOKENS[token] or '[redacted]'} after" if "KEY" not in token else TOKENS[token] or "[redacted]"
    )


@pytest.mark.parametrize(
    "words", ["Bearer", "the bearer of news", "eyJ", "xoxo", "https://mondoo.example:443/a@b", "a:b@c"]
)
def test_ordinary_words_stay(words: str) -> None:
    assert logs.Redactor(["ab"])(words) == words


def test_a_configured_secret_is_taken_out_wherever_it_appears() -> None:
    secret = 'pass"wörd'
    forms: tuple[Literal["json", "console"], ...] = ("json", "console")
    for form in forms:
        stream = io.StringIO()
        logs.configure("info", form, secrets=[secret, "plain-secret"], stream=stream)
        log = structlog.get_logger()
        log.info(secret, value=secret, inside={"a": [secret]}, whole=repr(secret))
        logging.getLogger("library").error("from %s", secret)
        log.error("failed", exc_info=raised(f"plain-secret and {secret}"))
        text = stream.getvalue()
        assert "wörd" not in text
        assert "w\\u00f6rd" not in text
        assert "plain-secret" not in text
        assert "ValueError" in text


@given(st.text(min_size=6), st.text(), st.text())
def test_no_text_around_it_makes_a_secret_visible(secret: str, before: str, after: str) -> None:
    redacted = logs.Redactor([secret])(before + secret + after)
    assert secret not in redacted or secret in "[redacted]" or secret in before + "[redacted]" + after


def test_nothing_in_a_line_steers_the_terminal() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream=stream)
    structlog.get_logger().info("a\x1b]0;title\x07", value="b\x9b2J\u202e")
    structlog.get_logger().error("failed", exc_info=raised("c\x1b[2J\x9b\u202e"))
    assert not set(stream.getvalue()) & set("\x1b\x07\x9b\u202e")
    assert "\\x1b[2J\\x9b\\u202e" in stream.getvalue()


def test_a_line_that_cannot_be_written_is_not_shown_in_another_way(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logs.configure("info", secrets=["hunter2hunter2"], stream=stream)
    stream.close()
    logging.getLogger("library").error("hunter2hunter2")
    assert capsys.readouterr() == ("", "")
