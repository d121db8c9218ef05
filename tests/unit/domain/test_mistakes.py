"""What is said of a command that makes no sense, and which command to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.commands import LONGEST
from bot.domain.errors import UserError
from bot.domain.formats import Format
from bot.domain.intents import Command
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind

Ask = Callable[..., Command]
ACME = Scope(ScopeKind.ORGANIZATION, "acme-org-1")


def mistake(ask: Ask, text: str, **otherwise: object) -> tuple[str, str]:
    """The sentence and the correction; a correction that makes no sense in turn fails the test."""
    with pytest.raises(UserError) as caught:
        ask(text, **otherwise)
    sentence, corrected = str(caught.value), caught.value.corrected
    assert sentence.endswith(".")
    assert ". " not in sentence
    if corrected:
        ask(corrected, **otherwise)
    return sentence, corrected


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("", "whose log to read: org=Acme, space=prod, org=plain-org", "org=Acme"),
        ("since=24h", "whose log to read", "org=Acme since=24h"),
        ("search", "whose log to read", "search org=Acme"),
        ("org=", "“org” has no value", "org=Acme"),
        ("org= since=24h", "“org” has no value", "org=Acme since=24h"),
        ("org=acme until=", "“until” has no value", "org=acme"),
        ("org=acme space=prod", "org and space are given", "org=acme"),
        ("org=<ORGANIZATION-ID>", "not the ID of an organization: one has letters, digits", "org=Acme"),
        ("space=a/b", "as in mondoo-space-1", "space=prod"),
        ("scope=plain-org", "names no scope: write an alias, an MRN, org:ID or space:ID", "org=plain-org"),
        ("scope=elsewhere", "names no scope", "org=elsewhere"),
        ("scope=a/b", "names no scope", "org=Acme"),
        ("scope=acem", "names no scope", "org=Acme"),
        ("org=acme!", "not the ID of an organization", "org=Acme"),
        ("org=prod", "“prod” is a space, not an organization: write “scope=prod”", "scope=prod"),
        ("space=acme since=24h", "is an organization, not a space", "scope=acme since=24h"),
        ("org=space:prod-space-1", "is a space", "scope=space:prod-space-1"),
        (
            "org=//captain.api.mondoo.app/spaces/prod-space-1 limit=1",
            "is a space",
            "scope=//captain.api.mondoo.app/spaces/prod-space-1 limit=1",
        ),
        (
            "org=//agents.api.mondoo.app/organizations/acme-org-1/serviceaccounts/x",
            "is not the ID of an organization",
            "org=acme-org-1",
        ),
        (
            "org=https://console.mondoo.com/space/prod-space-1?x=1",
            "is not the ID of an organization",
            "space=prod-space-1",
        ),
        ("org=twin-org limit=1", "in the regions us and eu: say which", "org=twin-org limit=1 region=us"),
        ("space=prod region=us", "not in that region", "space=prod"),
        ("org=acme region=asia", "no region “asia”: there are us and eu", "org=acme"),
        ("org=elsewhere region=Europe", "no region “Europe”", "org=elsewhere region=eu"),
        ("org=acme region=custom", "no region “custom”", "org=acme"),
    ],
)
def test_a_scope_that_cannot_be_told(ask: Ask, text: str, words: str, corrected: str) -> None:
    sentence, correction = mistake(ask, text)
    assert words in sentence
    assert correction == corrected


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("sinse=24h org=acme", "no key “sinse”: the nearest is “since”", "since=24h org=acme"),
        ("from=24h organisation=acme --until=now", "no key “from”", "since=24h org=acme until=now"),
        ("org=acme foo=bar", "no key “foo”: the keys are org, space", "org=acme"),
        ("org=acme format=table", "“format” is a key of “export”", "org=acme"),
        ("org:acme", "joined by “=” alone: write “org=acme”", "org=acme"),
        ("org: acme since: 24h", "joined by “=”", "org=acme since=24h"),
        ("org acme since yesterday", "joined by “=”", "org=acme since=yesterday"),
        ('"since=2024-05-01 10:00" org=acme', "joined by “=” alone", 'since="2024-05-01 10:00" org=acme'),
        ("org=acme order", "“order” has no value", "org=acme"),
        ("acme", "“acme” has no key: write org=Acme", "org=Acme"),
        ("search prod-space-1 since=24h", "has no key: write space=prod", "search space=prod since=24h"),
        ("jane", "no command “jane”: the commands are “search”, “help”, “export”", "org=Acme text=jane"),
        ("jobs org=acme", "no command “jobs”", "text=jobs org=acme"),
        ("serach org=acme text='a b'", "no command “serach”: the nearest is “search”", 'search org=acme text="a b"'),
        ("hlp", "the nearest is “help”", "help"),
        ("org=acme jane", "“jane” has no key: to look for a word", "org=acme text=jane"),
        ("search acme prod", "“acme” has no key", "search org=Acme text=prod"),
        ('org=acme ""', "has no key", "org=acme"),
        ("org=acme text=owner added", "“text” has spaces in it", 'org=acme text="owner added"'),
        ("org=acme text=a limit=1 b", "“b” has no key", 'org=acme text="a b" limit=1'),
        (
            "org=acme since=2024-05-01 10:00 Europe/Berlin",
            "“since” has spaces in it",
            'org=acme since="2024-05-01 10:00 Europe/Berlin"',
        ),
        ("org=acme last=3 days", "“last” has spaces in it", "org=acme last=3d"),
        ("org=acme since=24h jane", "“jane” has no key", "org=acme since=24h text=jane"),
        ("org=acme category=membership, token", "a space between them", "org=acme category=membership,token"),
        ("org=acme category=membership ,token", "a space between them", "org=acme category=membership,token"),
        ("org=acme risk=high low", "“low” has no key", "org=acme risk=high text=low"),
        ("org=acme actor=“Jane Doe since=24h", "“ is never closed", 'org=acme actor="Jane Doe" since=24h'),
        ("org=acme since=24h since=2d", "“since” is given twice", "org=acme since=24h"),
        ("org=acme category=token category=agent", "“category” is given twice", "org=acme category=token,agent"),
    ],
)
def test_words_that_are_no_arguments(ask: Ask, text: str, words: str, corrected: str) -> None:
    sentence, correction = mistake(ask, text)
    assert words in sentence
    assert correction == corrected


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("since=2024-02-30", "“2024-02-30” is not in the calendar", "since=2024-02-29"),
        ("until=foo", "“foo” is not a moment that can be read: write 2024-05-01", "until=24h"),
        ("since=2025-01-01", "“2025-01-01” is in the future", "since=today"),
        ("last=3d since=2024-05-01", "“last” and “since” both say where", "since=2024-05-01"),
        ("last=yesterday", "“yesterday” is not a length of time", "since=yesterday"),
        ("last=foo", "“foo” is not a length of time", "last=24h"),
        ("last=5000w", "outside the years", "since=1970-01-02"),
        ("since=2024-05-10 until=2024-05-01", "ends before it begins", "since=2024-05-01 until=2024-05-10"),
        ("last=24h until=2024-05-01", "exchange “2024-05-01” and “24h”", "since=2024-05-01 until=24h"),
        ("since=2024-05-01 until=2024-05-01", "The window is empty", "since=2024-05-01 until=2024-05-02"),
        ("since=2099-01-01 until=2024-01-01", "in the future", "since=2024-01-01 until=today"),
        ("actor=@jane", "does not know people by their Slack names", "actor=jane"),
        ("actor=@U012AB3CD", "does not know people by their Slack names", ""),
        ("actor=@", "does not know people by their Slack names", ""),
        ("category=tokens,foo,agent", "no category “tokens”: the nearest is “token”", "category=token,agent"),
        ("category=xyz", "no category “xyz”: there are membership, service-account", ""),
        ("category=,", "no category “,”", ""),
        ("risk=hihg", "no risk “hihg”: the nearest is “high”", "risk=high"),
        ("limit=0", "“0” is not a limit: write a number such as 100", "limit=1"),
        ("limit=-5", "is not a limit", "limit=5"),
        ("limit=10k", "is not a limit", "limit=10"),
        ("limit=5000000", "at most 1000000", "limit=1000000"),
        ("limit=many", "or all", "limit=all"),
        ("order=up", "no order “up”: there are desc, asc, newest", ""),
    ],
)
def test_values_that_make_no_sense(ask: Ask, text: str, words: str, corrected: str) -> None:
    sentence, correction = mistake(ask, f"org=acme {text}")
    assert words in sentence
    assert correction == f"org=acme {corrected}".strip()


def test_one_correction_is_for_all_mistakes(ask: Ask) -> None:
    sentence, corrected = mistake(ask, "ogr=acme sinse=yesterdy unti=foo categry=tokn limt=0 jane")
    assert sentence == "There is no key “ogr”: the nearest is “org”."
    assert corrected == "org=acme since=yesterday until=24h category=token limit=1 text=jane"


def test_a_wrong_format_names_those_that_there_are(ask: Ask) -> None:
    sentence, corrected = mistake(ask, "org=acme format=ndjsn", formats=[Format.JSON, Format.NDJSON])
    assert sentence == "There is no format “ndjsn”: the nearest is “ndjson”."
    assert corrected == "org=acme format=ndjson"


def test_where_the_settings_close_the_door_only_configured_scopes_can_be_named(ask: Ask, catalog: ScopeCatalog) -> None:
    closed = ScopeCatalog(catalog.scopes, catalog.aliases, open=False)
    sentence, corrected = mistake(ask, "org=elsewhere", catalog=closed, visible=[ACME])
    assert sentence == "“elsewhere” is not among the scopes to read here: org=Acme."
    assert corrected == "org=Acme"
    assert mistake(ask, "space=elsewhere limit=1", catalog=closed)[1] == "space=prod limit=1"
    assert mistake(ask, "org=acme-og-1", catalog=closed)[1] == "org=Acme"
    assert mistake(ask, "org=plain-org region=eu", catalog=closed)[1] == "org=plain-org"
    assert mistake(ask, "scope=elsewhere", catalog=closed)[1] == "org=Acme"


def test_a_region_that_the_bots_url_does_not_serve_is_left_out(ask: Ask) -> None:
    own = ScopeCatalog(default_region=Region.CUSTOM, regions=(Region.CUSTOM,))
    sentence, corrected = mistake(ask, "org=acme region=us since=24h", catalog=own)
    assert sentence.endswith("(MONDOO_API_URL), which serves one region: leave “region” out.")
    assert corrected == "org=acme since=24h"


def test_scopes_that_the_person_may_not_see_are_not_offered(ask: Ask) -> None:
    sentence, corrected = mistake(ask, "since=24h", visible=[ACME])
    assert sentence == "Say whose log to read: org=Acme."
    assert corrected == "org=Acme since=24h"
    assert mistake(ask, "plain-org", visible=[ACME])[1] == "org=Acme text=plain-org"


def test_many_scopes_are_not_all_listed(ask: Ask) -> None:
    scopes = tuple(Scope(ScopeKind.SPACE, f"space-{number}") for number in range(8))
    sentence, corrected = mistake(ask, "", catalog=ScopeCatalog(scopes), visible=scopes)
    assert sentence.endswith("space=space-3, space=space-4 or one of 3 others.")
    assert corrected == "space=space-0"
    sentence, _ = mistake(ask, "", catalog=ScopeCatalog(scopes), visible=scopes[:6])
    assert sentence.endswith("space=space-4 or space=space-5.")


def test_without_any_scope_to_offer_the_correction_has_a_placeholder(ask: Ask) -> None:
    nothing = ScopeCatalog()
    sentence, corrected = mistake(ask, "since=24h", catalog=nothing, visible=())
    assert sentence == "Say whose log to read: org=ORGANIZATION-ID or space=SPACE-ID."
    assert corrected == "org=ORGANIZATION-ID since=24h"
    assert mistake(ask, "space=a/b", catalog=nothing, visible=())[1] == "space=SPACE-ID"


def test_where_nothing_may_be_seen_nothing_can_be_corrected(ask: Ask, catalog: ScopeCatalog) -> None:
    closed = ScopeCatalog(catalog.scopes, open=False)
    sentence, corrected = mistake(ask, "since=24h", catalog=closed, visible=())
    assert sentence == "Say whose log to read: there is none that you may see."
    assert corrected == ""


def test_a_scope_of_a_region_that_nobody_else_uses_can_be_offered(ask: Ask) -> None:
    private = Scope(ScopeKind.ORGANIZATION, "twin", Region.CUSTOM)
    catalog = ScopeCatalog((private, Scope(ScopeKind.ORGANIZATION, "twin")))
    sentence, corrected = mistake(ask, "", catalog=catalog, visible=[private])
    assert sentence == "Say whose log to read: org=twin."
    assert corrected == "org=twin"
    assert mistake(ask, "org=twin", catalog=catalog, visible=())[1] == "org=twin region=custom"


def test_a_command_of_any_length_is_answered_with_a_sentence_to_read(ask: Ask) -> None:
    sentence, corrected = mistake(ask, "x" * (LONGEST + 1))
    assert sentence == "A command has at most 4,000 characters, and this one has 4,001: shorten it."
    assert corrected == ""
    for text in (f"org=space:{'x' * 3900}", f"text:{'x' * 3900}", f"org={'x' * 3900}", f"category={'x' * 3900}"):
        assert len(mistake(ask, text)[0]) < 300


@pytest.mark.parametrize("text", ["export", "EXPORT org=acme since=24h"])
def test_the_terminal_says_how_it_writes_files(ask: Ask, text: str) -> None:
    sentence = f"“{text[:6]}” works in Slack: here “--format csv --output FILE” after a question writes a file."
    assert mistake(ask, text, formats=Format) == (sentence, "")


@pytest.mark.parametrize("verb", ["subscribe", "Subscriptions", "unsubscribe", "pause", "resume", "STATUS"])
def test_verbs_about_subscriptions_are_none_of_the_terminal(ask: Ask, verb: str) -> None:
    sentence = f"“{verb}” works in Slack: the commands here are “search” and “help”."
    assert mistake(ask, verb, formats=Format) == (sentence, "")
    assert mistake(ask, f"{verb} org=acme since=24h", default_limit=5) == (sentence, "")


def test_a_scope_may_be_called_like_a_verb_of_slack(ask: Ask) -> None:
    catalog = ScopeCatalog((ACME,), (("export", ACME),))
    assert mistake(ask, "export", catalog=catalog, visible=[ACME], formats=Format)[1] == "org=export"


def test_a_correction_that_would_be_too_long_is_left_out(ask: Ask) -> None:
    assert mistake(ask, "'" + "\\ " * 1900)[1] == ""
