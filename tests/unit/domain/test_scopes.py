"""Scopes, their MRNs and their aliases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind, is_scope_id, scope_from_mrn

ORG = Scope(ScopeKind.ORGANIZATION, "mondoo-organization-1")
SPACE = Scope(ScopeKind.SPACE, "prod.eu_1", Region.EU)
SPACE_US = Scope(ScopeKind.SPACE, "prod.eu_1")
CATALOG = ScopeCatalog((ORG, SPACE, SPACE_US), (("Acme", ORG), ("acme", SPACE), ("main", ORG)), open=False)


def test_a_scope_has_an_mrn_an_argument_and_words() -> None:
    assert ORG.mrn == "//captain.api.mondoo.app/organizations/mondoo-organization-1"
    assert SPACE.mrn == "//captain.api.mondoo.app/spaces/prod.eu_1"
    assert (ORG.argument, SPACE.argument) == ("org=mondoo-organization-1", "space=prod.eu_1")
    assert (str(ORG), str(SPACE)) == ("organization mondoo-organization-1 (US)", "space prod.eu_1 (EU)")
    assert [kind.indefinite for kind in ScopeKind] == ["an organization", "a space"]


@pytest.mark.parametrize("text", ["a", "A1", "a.b", "a_b-c", "2AdPauBAGEqnOjIFXx6AIyWrhxh", "x" * 128])
def test_an_id_has_letters_digits_and_a_few_signs(text: str) -> None:
    assert is_scope_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        "a/b",
        "../x",
        ".a",
        "a.",
        "-a",
        "a\n",
        "a\u200b",
        "ä",
        "\N{FULLWIDTH DIGIT ONE}",
        "a?b",
        "a#b",
        "<ID>",
        "x" * 129,
    ],
)
def test_nothing_else_becomes_a_part_of_an_mrn(text: str) -> None:
    assert not is_scope_id(text)
    with pytest.raises(ValueError, match="not the ID of an organization"):
        Scope(ScopeKind.ORGANIZATION, text)


@given(st.sampled_from(ScopeKind), st.from_regex(r"[A-Za-z0-9]{1,40}", fullmatch=True), st.sampled_from(Region))
def test_an_mrn_names_its_scope(kind: ScopeKind, scope_id: str, region: Region) -> None:
    scope = Scope(kind, scope_id, region)
    assert scope_from_mrn(scope.mrn, region) == scope


@pytest.mark.parametrize(
    "mrn",
    [
        "",
        "mondoo-organization-1",
        "//captain.api.mondoo.app/organizations/",
        "//captain.api.mondoo.app/organizations/a b",
        "//captain.api.mondoo.app/organizations/a/spaces/b",
        "//captain.api.mondoo.app/organizations/a\n",
        "//captain.api.mondoo.app/users/a",
        "//captain-api.mondoo.app/spaces/a",
        "https://captain.api.mondoo.app/spaces/a",
        "//agents.api.mondoo.app/spaces/a",
    ],
)
def test_another_mrn_names_no_scope(mrn: str) -> None:
    assert scope_from_mrn(mrn, Region.US) is None


def test_of_several_aliases_the_first_one_counts() -> None:
    assert CATALOG.alias_of(ORG) == "Acme"
    assert CATALOG.alias_of(SPACE_US) is None


def test_an_open_catalog_has_every_scope_and_a_closed_one_its_own() -> None:
    stranger = Scope(ScopeKind.ORGANIZATION, "stranger")
    assert stranger in ScopeCatalog()
    assert stranger not in CATALOG
    assert ORG in CATALOG
