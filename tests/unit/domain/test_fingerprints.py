"""How new events are told from known ones, though nothing identifies them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AuditEvent
from bot.domain.fingerprints import Core, Sighting, Variant, core_of, grouped, sift, variant_of
from bot.domain.scopes import Scope, ScopeKind

MakeEvent = Callable[..., AuditEvent]
Recorded = dict[Core, Counter[Variant]]


def known_by(events: Iterable[AuditEvent]) -> Recorded:
    """What somebody knows who has seen these events."""
    known: Recorded = {}
    for event in events:
        known.setdefault(core_of(event), Counter())[variant_of(event)] += 1
    return known


def some_events(actions: str, addresses: list[str | None]) -> st.SearchStrategy[AuditEvent]:
    """Events that are often equal in all or nearly all."""
    return st.builds(
        AuditEvent,
        scope=st.just(Scope(ScopeKind.ORGANIZATION, "acme")),
        at=st.just(datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC)),
        timestamp=st.just("2024-03-22T17:46:03Z"),
        action=st.sampled_from(actions),
        actor_name=st.just("Jane"),
        actor_mrn=st.just(""),
        resource=st.just("//x"),
        message=st.sampled_from(["", "\ud800"]),
        ip=st.sampled_from(addresses),
    )


EVENTS = st.lists(some_events("ab", [None, "10.0.0.1", "10.0.0.2"]), max_size=12)


def test_every_field_that_every_server_sends_tells_events_apart(make_event: MakeEvent) -> None:
    fields = ("timestamp", "action", "actor_name", "actor_mrn", "resource", "message")
    cores = {core_of(make_event()), *(core_of(make_event(**{name: "other"})) for name in fields)}
    assert len(cores) == len(fields) + 1
    assert {len(core) for core in cores} == {16}


def test_fields_that_only_some_servers_send_make_variants_of_the_same(make_event: MakeEvent) -> None:
    plain, addressed, filed = make_event(), make_event(ip="10.0.0.1"), make_event(parent="10.0.0.1")
    assert core_of(plain) == core_of(addressed) == core_of(filed)
    variants = {variant_of(event) for event in (plain, addressed, filed, make_event(ip=""))}
    assert len(variants) == 4
    assert {len(variant) for variant in variants} == {8}


def test_no_field_can_pass_for_a_part_of_its_neighbour(make_event: MakeEvent) -> None:
    assert core_of(make_event(actor_name="a", actor_mrn="bc")) != core_of(make_event(actor_name="ab", actor_mrn="c"))
    assert core_of(make_event(actor_name="", actor_mrn="x")) != core_of(make_event(actor_name="x", actor_mrn=""))
    assert variant_of(make_event(ip="-")) != variant_of(make_event(ip=None))


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\x00", "😀"])
def test_text_that_no_encoding_has_is_told_apart_too(make_event: MakeEvent, text: str) -> None:
    assert core_of(make_event(message=text)) == core_of(make_event(message=text))
    assert core_of(make_event(message=text)) != core_of(make_event(message=""))


def test_the_scope_is_no_part_of_it(make_event: MakeEvent) -> None:
    elsewhere = make_event(scope=Scope(ScopeKind.SPACE, "x"))
    assert (core_of(elsewhere), variant_of(elsewhere)) == (core_of(make_event()), variant_of(make_event()))


def test_of_true_twins_each_counts(make_event: MakeEvent) -> None:
    first, second, third = make_event(), make_event(), make_event()
    found = sift(grouped([first, second, third]), known_by([first]))
    assert [sighting.occurrence for sighting in found] == [2, 3]
    assert sift(grouped([first, second]), known_by([first, second])) == []
    assert sift(grouped([first]), known_by([first, second])) == []


def test_of_equals_the_one_that_differs_in_its_variant_is_the_new_one(make_event: MakeEvent) -> None:
    known, new = make_event(ip="10.0.0.1"), make_event(ip="10.0.0.2")
    for seen in ([known, new], [new, known]):
        assert sift(grouped(seen), known_by([known])) == [Sighting(new, core_of(new), variant_of(new), 2)]


def test_new_ones_come_in_the_order_of_the_log(make_event: MakeEvent) -> None:
    events = [make_event(action="b"), make_event(action="a", ip="x"), make_event(action="b"), make_event(action="a")]
    found = sift(grouped(events), known_by([events[3]]))
    assert [(sighting.event.action, sighting.occurrence) for sighting in found] == [("b", 1), ("a", 2), ("b", 2)]
    assert found[1].event is events[1]


@given(EVENTS, EVENTS)
def test_as_many_are_new_as_there_are_more_than_were_known(before: list[AuditEvent], now: list[AuditEvent]) -> None:
    known, wanted = known_by(before), known_by(now)
    found = sift(grouped(now), known)
    counted = Counter(sighting.core for sighting in found)
    for core, seen in wanted.items():
        assert counted[core] == max(seen.total() - known.get(core, Counter()).total(), 0)
    for core in wanted:
        already = known.get(core, Counter()).total()
        numbers = [sighting.occurrence for sighting in found if sighting.core == core]
        assert numbers == list(range(already + 1, already + 1 + len(numbers)))


@given(EVENTS)
def test_what_was_sifted_once_is_never_new_again(events: list[AuditEvent]) -> None:
    found = sift(grouped(events), {})
    assert [sighting.event for sighting in found] == events
    assert sift(grouped(events), known_by(sighting.event for sighting in found)) == []
    assert sift(grouped(list(reversed(events))), known_by(events)) == []


@given(EVENTS, EVENTS)
def test_events_that_arrive_are_the_new_ones_wherever_they_stand(
    before: list[AuditEvent], arrived: list[AuditEvent]
) -> None:
    found = sift(grouped([*arrived, *before]), known_by(before))
    assert known_by(sighting.event for sighting in found) == known_by(arrived)


@given(st.lists(some_events("ab", [None]), max_size=12), st.lists(some_events("ab", ["10.0.0.1", None]), max_size=4))
def test_a_server_that_begins_to_send_addresses_makes_nothing_new(
    before: list[AuditEvent], arrived: list[AuditEvent]
) -> None:
    with_addresses = [
        AuditEvent(
            event.scope,
            event.at,
            event.timestamp,
            event.action,
            event.actor_name,
            event.actor_mrn,
            event.resource,
            event.message,
            ip="10.0.0.9",
        )
        for event in before
    ]
    assert sift(grouped(with_addresses), known_by(before)) == []
    assert len(sift(grouped([*with_addresses, *arrived]), known_by(before))) == len(arrived)
