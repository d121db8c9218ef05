"""Buttons, menus, pickers and inputs as the page draws them."""

from __future__ import annotations

import pytest

from bot.sandbox.page.blocks import blocks
from bot.sandbox.page.blocks.choices import suggestions
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack import cast, check_view
from bot.sandbox.slack.blocks.elements import BY_TYPE

from .conftest import See
from .pieces import HOSTILE, Json, option, plain


def elements(text: str) -> dict[str, Json]:
    """One element of every kind, with a text where it has one."""
    options = [option("one", text[:75]), option("two")]
    return {
        "button": {"text": plain(text[:75]), "value": text, "accessibility_label": text[:75]},
        "icon_button": {"icon": "trash", "text": plain(text[:75])},
        "feedback_buttons": {
            "positive_button": option("up", text[:75]),
            "negative_button": option("down", text[:75]),
        },
        "overflow": {"options": options},
        "radio_buttons": {"options": options, "initial_option": options[0]},
        "checkboxes": {"options": options, "initial_options": options[:1]},
        "static_select": {"options": options, "placeholder": plain(text), "initial_option": options[1]},
        "multi_static_select": {"option_groups": [{"label": plain(text[:75]), "options": options}]},
        "external_select": {"placeholder": plain(text), "min_query_length": 1},
        "multi_external_select": {"initial_options": options[:1]},
        **{f"{many}{of}_select": {} for many in ("", "multi_") for of in ("users", "channels", "conversations")},
        "datepicker": {"initial_date": "2024-05-08"},
        "timepicker": {"initial_time": "09:30"},
        "datetimepicker": {"initial_date_time": 1715169600},
        "plain_text_input": {"initial_value": text, "placeholder": plain(text), "multiline": True},
        "email_text_input": {"initial_value": text},
        "url_text_input": {"placeholder": plain(text)},
        "number_input": {"is_decimal_allowed": True},
        "rich_text_input": {},
        "file_input": {},
    }


def test_every_kind_of_element_is_drawn() -> None:
    assert elements("x").keys() == BY_TYPE.keys()


@pytest.mark.parametrize("kind", BY_TYPE)
def test_an_element_is_found_again_by_its_marks_and_shows_hostile_text_as_text(
    kind: str, reader: Reader, see: See
) -> None:
    element = {"type": kind, "action_id": f'a"{kind}', **elements(HOSTILE)[kind]}
    page = see(blocks([{"type": "actions", "block_id": 'b"<1>', "elements": [element]}], reader))
    marked = [div for div in page.all("div") if "data-action" in div]
    assert [(div["data-action"], div["data-block"], div["data-kind"]) for div in marked] == [
        (f'a"{kind}', 'b"<1>', kind)
    ]
    assert not page.tags & {"script", "img"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_an_input_says_whether_it_may_stay_empty_and_dispatches_only_if_told_to(reader: Reader, see: See) -> None:
    element = {"type": "plain_text_input", "action_id": "a"}
    held = {"type": "input", "block_id": "b", "label": plain("Since"), "element": element, "hint": plain("a day")}
    assert check_view({"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [held]}).error is None
    page = see(blocks([held], reader))
    assert page.text == "Sincea day"
    assert page.all("input")[0]["aria-label"] == "Since"
    assert not [div for div in page.all("div") if "data-dispatches" in div]
    eager = see(blocks([{**held, "optional": True, "dispatch_action": True}], reader))
    assert eager.text.startswith("Since (optional)")
    assert [div for div in eager.all("div") if "data-dispatches" in div]


def test_menus_of_people_and_channels_offer_what_the_reader_sees(reader: Reader, see: See) -> None:
    def offers(element: Json) -> str:
        return see(
            blocks([{"type": "actions", "block_id": "b", "elements": [{"action_id": "a", **element}]}], reader)
        ).text

    assert "@Olivia Berg" in offers({"type": "users_select"})
    assert "Dora Former" not in offers({"type": "users_select"})
    assert "#incidents" not in offers({"type": "channels_select"})
    assert "#incidents" in offers({"type": "conversations_select"})
    assert "#leadership" not in offers({"type": "conversations_select"})
    assert "#old-audit" not in offers({"type": "conversations_select"})
    filters = {"include": ["public", "mpim"], "exclude_external_shared_channels": True}
    assert "#acme-partner" not in offers({"type": "conversations_select", "filter": filters})
    assert "#incidents" not in offers({"type": "conversations_select", "filter": filters})


def test_a_chosen_conversation_comes_before_the_open_one(reader: Reader, see: See) -> None:
    element = {"type": "conversations_select", "action_id": "a", "default_to_current_conversation": True}
    here = Reader(reader.workspace, reader.user, cast.ONCALL)

    def chosen(held: Json) -> list[str | None]:
        page = see(blocks([{"type": "actions", "block_id": "b", "elements": [held]}], here))
        return [each["value"] for each in page.all("option") if "selected" in each]

    assert chosen(element) == [cast.ONCALL]
    assert chosen({**element, "initial_conversation": cast.GENERAL}) == [cast.GENERAL]


def test_what_an_app_suggests_is_shown_as_choices(see: See) -> None:
    element = {"type": "external_select", "action_id": "org"}
    page = see(suggestions(element, [option("acme", HOSTILE)]))
    assert page.text == HOSTILE
    assert page.all("input")[0]["value"] == "acme"
    assert page.all("input")[0]["type"] == "radio"
    assert see(suggestions(element, [])).text == "No results"


def test_what_has_an_address_is_a_link_that_opens_beside_the_page(reader: Reader, see: See) -> None:
    button = {"type": "button", "action_id": "a", "text": plain("Docs"), "url": "https://docs.example"}
    more = {"type": "overflow", "action_id": "b", "options": [{**option("x"), "url": "https://x.example"}]}
    page = see(blocks([{"type": "actions", "block_id": "r", "elements": [button, more]}], reader))
    assert [(link["href"], link["target"]) for link in page.all("a")] == [
        ("https://docs.example", "_blank"),
        ("https://x.example", "_blank"),
    ]
