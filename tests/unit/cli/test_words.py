from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.words import Exit, complain, explained, shell_command, status_of
from bot.domain.errors import AccessDenied, BotError, SettingsError, Unavailable, UserError
from bot.domain.typed import join, quote, tidy, words


def test_an_error_is_a_sentence_then_what_to_do_then_what_to_type() -> None:
    error = UserError("That is no key.", corrected='org=acme text="a b"', advice="Look closely.")
    assert list(explained(error, "--format", "json")) == [
        "That is no key.",
        "Look closely.",
        "Try: mondoo-audit-bot query org=acme 'text=a b' --format json",
    ]


def test_nothing_is_said_that_there_is_nothing_to_say_of() -> None:
    assert list(explained(UserError("No."))) == ["No."]
    assert list(explained(SettingsError("One.\nTwo."))) == ["One.", "Two."]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UserError(""), Exit.MISTAKE),
        (AccessDenied(""), Exit.MISTAKE),
        (SettingsError(""), Exit.MISTAKE),
        (Unavailable(""), Exit.FAILED),
        (BotError(""), Exit.FAILED),
    ],
)
def test_the_status_tells_a_mistake_from_a_failure(error: BotError, status: Exit) -> None:
    assert status_of(error) is status


def test_complaints_go_to_stderr_and_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert complain(Unavailable("Mondoo said \x1b[2J.")) is Exit.FAILED
    assert capsys.readouterr() == ("", f"Mondoo said \\x1b[2J.\n{Unavailable.advice}\n")


@given(st.text(st.characters(codec="utf-8"), min_size=1).map(tidy).filter(bool))
def test_a_command_survives_the_way_through_the_shell(value: str) -> None:
    typed = shlex.split(shell_command(f"search text={quote(value)} org=acme"))
    assert [(word.key, word.value) for word in words(join(typed)).words] == [
        (None, "search"),
        ("text", value),
        ("org", "acme"),
    ]
