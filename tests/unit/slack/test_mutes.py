"""Mute rules as they are told, and the window that makes one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views import mute_window
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.forms import unadorned
from bot.adapters.slack.views.mute_window import Origin
from bot.adapters.slack.views.mutes import lifted, listing, made
from bot.adapters.slack.views.references import reference
from bot.adapters.slack.views.window_limits import window_violations
from bot.domain.access import UserId
from bot.domain.events import AuditEvent
from bot.domain.mutes import Mute, MuteId, MuteTerms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.traces import trace_of
from bot.sandbox.slack.blocks.active import Activity
from bot.sandbox.slack.blocks.validator import check_view
from bot.sandbox.slack.inputs import state

from .pages import SCOPE, owner, unknown
from .test_results import HOSTILE
from .tidings import AUDIT, CATALOG, LAB, NOW, OWNER, active, complaints, words_of

TERMS = MuteTerms("a planned migration", actor="ci-deployer", scope=SCOPE, until=NOW + timedelta(days=7))
texts = st.text(max_size=300) | st.sampled_from(["<!channel>", "\u202e" * 9, "שלום " * 60, "😀" * 300, "x" * 5000, ""])
words = texts.filter(bool)


def rule(number: int = 1, terms: MuteTerms = TERMS, by: UserId = OWNER) -> Mute:
    return Mute(MuteId(number), terms, by, NOW)


ALL = (
    rule(),
    rule(2, MuteTerms("noise", action="Create", resource="//agents.api.mondoo.app/")),
    rule(3, replace(TERMS, actor="Jane Doe", action="SetOrganizationMembership", scope=LAB, until=None)),
)
LONGEST = rule(9, MuteTerms("😀" * 900, actor="שלום " * 99, action="x" * 5000, resource="<!channel>" * 99, scope=LAB))


def shown(mutes: tuple[Mute, ...]) -> Json:
    return listing(mutes, catalog=CATALOG, zone="Europe/Berlin")


def fine(message: Json) -> bool:
    return complaints(message) == [] and {each.activity for each in active(message)} <= {Activity.USER}


@pytest.mark.parametrize("count", [0, 1, len(ALL)])
def test_each_list_looks_as_agreed(count: int, snapshot: SnapshotAssertion) -> None:
    assert shown(ALL[:count]) == snapshot
    assert fine(shown(ALL[:count]))


def test_what_became_of_a_rule_looks_as_agreed(snapshot: SnapshotAssertion) -> None:
    messages = [tell(each, catalog=CATALOG, zone="Europe/Berlin") for each in ALL for tell in (made, lifted)]
    assert messages == snapshot
    assert all(map(fine, messages))


def test_of_a_thousand_as_many_are_listed_as_have_room() -> None:
    for each, least in ((ALL[1], "and 980 more"), (LONGEST, " more")):
        message = shown(tuple(replace(each, id=MuteId(n)) for n in range(1, 1001)))
        assert fine(message)
        assert "1,000 mute rules" in str(message)
        assert least in " ".join(words_of(message["blocks"]))


def test_rules_can_be_told_in_plain_text() -> None:
    message = unadorned(shown(ALL))
    assert fine(message)
    for said in ("ci-deployer", "a planned migration", "until somebody lifts it", str(OWNER)):
        assert said in str(message)


@given(words, words, texts, texts, words)
def test_no_words_make_an_invalid_or_active_rule(reason: str, actor: str, action: str, resource: str, by: str) -> None:
    odd = rule(1, MuteTerms(reason, actor, action, resource, LAB), UserId(f"?{by}"))
    catalog = ScopeCatalog((LAB,), ((actor, LAB),))
    for message in (
        listing([odd] * 30, catalog=catalog, zone="UTC"),
        made(odd, catalog=catalog, zone="UTC"),
        lifted(odd, catalog=catalog, zone="UTC"),
    ):
        assert fine(message)


def window(event: AuditEvent, catalog: ScopeCatalog = CATALOG) -> dict[str, Any]:
    origin = Origin(AUDIT, reference(trace_of(event)))
    return mute_window.view(event, origin, catalog=catalog)


def objections(content: dict[str, Any]) -> list[str]:
    """What Slack, or the bot's own guard, would have against a window."""
    verdict = check_view(content)
    return [*window_violations(content), *([str(verdict)] if verdict.error else [])]


WINDOWS: Mapping[str, AuditEvent] = {"an-owner": owner(NOW), "unknown": unknown(NOW), "hostile": HOSTILE}


@pytest.mark.parametrize("name", WINDOWS)
def test_the_window_looks_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert window(WINDOWS[name]) == snapshot
    assert objections(window(WINDOWS[name])) == []


@given(texts, texts, texts, texts, words)
def test_the_window_can_be_drawn_of_any_event(actor: str, mrn: str, action: str, resource: str, alias: str) -> None:
    odd = replace(owner(NOW), actor_name=actor, actor_mrn=mrn, action=action, resource=resource)
    assert objections(window(odd, ScopeCatalog((SCOPE,), ((alias, SCOPE),)))) == []


def sent(drawn: dict[str, Any], **filled: str | None) -> dict[str, object]:
    """What Slack sends of a window in which this was filled in."""
    values = {f"mute.{name}": {f"mute.{name}": value} for name, value in filled.items()}
    return {"private_metadata": drawn["private_metadata"], "state": {"values": state(drawn["blocks"], values, [])}}


@pytest.mark.parametrize(
    ("where", "lasting", "scope", "until"),
    [
        (None, None, SCOPE, NOW + timedelta(days=7)),
        ("everywhere", "1", None, NOW + timedelta(days=1)),
        ("here", "ever", SCOPE, None),
    ],
)
def test_what_is_filled_in_is_read_back(
    where: str | None, lasting: str | None, scope: Scope | None, until: datetime | None
) -> None:
    chosen = {name: value for name, value in (("where", where), ("lasting", lasting)) if value is not None}
    filled = mute_window.read(sent(window(owner(NOW)), reason=" why not ", **chosen), NOW)
    assert filled.channel == AUDIT
    assert filled.terms == MuteTerms(
        "why not", actor="John Smith", action="SetOrganizationMembership", scope=scope, until=until
    )


@given(words, texts)
def test_any_words_that_are_filled_in_make_a_rule_or_are_asked_for_again(actor: str, reason: str) -> None:
    with suppress(mute_window.Unfinished):
        filled = mute_window.read(sent(window(unknown(NOW)), actor=actor, reason=reason), NOW)
        assert fine(made(rule(1, filled.terms), catalog=CATALOG, zone="UTC"))


def test_all_that_is_missing_is_told_beside_its_field() -> None:
    empty = sent(window(owner(NOW)), actor="", action="", reason=" ")
    with pytest.raises(mute_window.Unfinished) as refusal:
        mute_window.read(empty, datetime.now(UTC))
    assert refusal.value.words.keys() == {"mute.actor", "mute.reason"}
