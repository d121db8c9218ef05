"""What is noted of a part whose subscription goes to another channel meanwhile."""

from __future__ import annotations

import pytest

from bot.domain.deliveries import State, rest_of
from bot.domain.digests import DigestId
from bot.domain.settlements import Settlement, after_move


@pytest.mark.parametrize(
    ("state", "noted", "labelled"),
    [(State.PENDING, State.PENDING, False), (State.FAILED, State.FAILED, False), (State.UNKNOWN, State.PENDING, True)],
)
def test_what_becomes_of_the_old_channel_is_no_reason_to_stop(state: State, noted: State, *, labelled: bool) -> None:
    after = after_move(Settlement(state, "The channel is archived.", stop=True))
    assert after == Settlement(noted, "The channel is archived.", labelled=labelled)


def test_whatever_stops_nothing_is_noted_as_it_is() -> None:
    assert after_move(Settlement(State.UNKNOWN, "no answer")) == Settlement(State.UNKNOWN, "no answer")


def test_the_rest_of_a_parcel_has_an_id_of_its_own_that_is_always_the_same() -> None:
    ids = {rest_of(DigestId(parcel), begin) for parcel in ("one", "two") for begin in (1, 2)}
    assert len(ids) == 4
    assert rest_of(DigestId("one"), 1) in ids
