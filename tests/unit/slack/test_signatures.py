from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entrypoints.slack.signatures import Signatures, Verdict

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime.fromtimestamp(1531420618, UTC)
"""The moment of the example in Slack's documentation."""


def sign(body: bytes, at: datetime = NOW) -> tuple[bytes, str, str]:
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, timestamp, f"v0={digest}"


def test_the_documented_example_is_genuine() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert Signatures(SECRET).judge(body, "1531420618", signature, NOW) is Verdict.GENUINE


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(-301, "FORGED"), (-300, "GENUINE"), (300, "GENUINE"), (301, "FORGED")]
)
def test_a_request_counts_within_five_minutes_of_its_time(seconds: int, verdict: str) -> None:
    assert Signatures(SECRET).judge(*sign(b"x"), NOW + timedelta(seconds=seconds)) is Verdict[verdict]


@given(st.binary(), st.text(st.characters()), st.text(st.characters()))
def test_nothing_made_up_is_genuine_and_nothing_breaks_the_judge(body: bytes, timestamp: str, signature: str) -> None:
    judge = Signatures(SECRET)
    assert judge.judge(body, timestamp, signature, NOW) is Verdict.FORGED
    assert judge.judge(body, str(int(NOW.timestamp())), signature, NOW) is Verdict.FORGED


def test_a_request_is_genuine_once_for_as_long_as_it_could_be_repeated() -> None:
    judge, early = Signatures(SECRET), sign(b"x", NOW + timedelta(minutes=5))
    assert judge.judge(*early, NOW) is Verdict.GENUINE
    for minutes in range(11):
        assert judge.judge(*early, NOW + timedelta(minutes=minutes)) is Verdict.REPEATED
    assert judge.judge(*early, NOW + timedelta(minutes=10, seconds=1)) is Verdict.FORGED


def test_a_forged_request_leaves_nothing_behind() -> None:
    judge = Signatures(SECRET)
    body, timestamp, signature = sign(b"x")
    assert judge.judge(b"y", timestamp, signature, NOW) is Verdict.FORGED
    assert judge.judge(body, timestamp, signature, NOW) is Verdict.GENUINE


def test_what_is_remembered_is_bounded() -> None:
    judge = Signatures(SECRET, remembered=3)
    for number in range(5):
        assert judge.judge(*sign(b"%d" % number), NOW) is Verdict.GENUINE
    assert len(judge) == 3
    judge.judge(*sign(b"later", NOW + timedelta(minutes=11)), NOW + timedelta(minutes=11))
    assert len(judge) == 1
