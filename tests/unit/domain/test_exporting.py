from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.access import ChannelId
from bot.domain.errors import UserError
from bot.domain.formats import FileFormat
from bot.domain.intents import Command, Export, Search
from bot.domain.query import AuditQuery, Filters, Order

Ask = Callable[..., Command]


def export(ask: Ask, text: str) -> Export:
    found = ask(text)
    assert isinstance(found, Export)
    return found


def searched(ask: Ask, text: str) -> AuditQuery:
    found = ask(text)
    assert isinstance(found, Search)
    return found.query


def test_an_export_is_a_search_without_a_limit_as_csv_for_the_person_alone(ask: Ask) -> None:
    text = "scope=acme since=24h actor=jane order=asc"
    found = export(ask, f"export {text}")
    assert found == Export(searched(ask, text), FileFormat.CSV)
    assert found.query.limit is None
    assert (found.query.filters, found.query.order) == (Filters(actor="jane"), Order.OLDEST_FIRST)


@pytest.mark.parametrize("form", FileFormat)
def test_the_format_is_one_of_three(ask: Ask, form: FileFormat) -> None:
    assert export(ask, f"EXPORT scope=acme format={form.value.upper()}").form is form


def test_a_limit_and_a_channel_may_be_named(ask: Ask) -> None:
    found = export(ask, "export scope=acme limit=50 channel=C012AB3CD")
    assert (found.query.limit, found.channel) == (50, ChannelId("C012AB3CD"))


@pytest.mark.parametrize(
    ("text", "sentence", "corrected"),
    [
        ("export scope=acme format=ndjsn", "There is no format “ndjsn”: the nearest is “ndjson”.", "format=ndjson"),
        ("export scope=acme format=xls", "There is no format “xls”: there are csv, ndjson and ocsf.", ""),
        ("export scope=acme chanel=C012AB3CD", "There is no key “chanel”: the nearest is “channel”.", "C012AB3CD"),
        ("export scope=acme every=5m", "“every” is a key of “subscribe” alone: leave it out.", ""),
        ("exprt scope=acme", "There is no command “exprt”: the nearest is “export”.", ""),
        ("scope=acme format=csv", "“format” is a key of “export”, which writes a file: leave it out.", ""),
        ("subscribe scope=acme format=csv", "“format” is a key of “export”, which writes a file: leave it out.", ""),
    ],
)
def test_a_slip_is_corrected(ask: Ask, text: str, sentence: str, corrected: str) -> None:
    with pytest.raises(UserError) as mistake:
        ask(text)
    assert str(mistake.value) == sentence
    assert corrected in mistake.value.corrected
    ask(mistake.value.corrected)
