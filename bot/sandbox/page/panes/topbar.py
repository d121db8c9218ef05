"""The bar above everything: whose workspace this is, how Mondoo and Slack are doing, and as whom one acts."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.moods import Party
from bot.sandbox.page.panes.avatars import avatar
from bot.sandbox.page.session import Pane, Session
from bot.sandbox.slack import cast
from bot.sandbox.slack.people import Role, User


def topbar(session: Session, parties: Iterable[Party], *, is_connected: bool) -> Markup:
    """Gives the bar; parties that misbehave at present are named in it."""
    troubles = [(party.name, party.troubles()) for party in parties]
    alarms = [
        h("span", f"{name}: {words[0]}", class_="alarm", data_testid="alarm") for name, words in troubles if words
    ]
    if not is_connected:
        alarms.append(h("span", "No bot is connected", class_="alarm quiet", data_testid="alarm"))
    return join(
        [
            h(
                "button",
                icon("menu"),
                type="button",
                class_="bar-button only-narrow",
                aria_label="Channels",
                data_nav=True,
            ),
            h("div", h("strong", cast.TEAM_NAME), h("small", "Sandbox workspace"), class_="brand"),
            h("div", join(alarms), class_="alarms", role="status"),
            h(
                "button",
                icon("moon"),
                type="button",
                class_="bar-button",
                aria_label="Dark or light",
                title="Dark or light",
                data_theme_switch=True,
            ),
            h(
                "button",
                icon("sliders"),
                h("span", "Behind the scenes", class_="only-wide"),
                type="button",
                class_="bar-button",
                aria_label="Behind the scenes",
                aria_pressed="true" if session.pane is Pane.SCENES else "false",
                data_do="scenes",
                data_key="scenes",
            ),
            _acting(session),
        ]
    )


def _acting(session: Session) -> Markup:
    acting = session.reader.user
    people = [user for user in session.workspace.people.values() if user.role is not Role.BOT]
    return h(
        "details",
        h(
            "summary",
            avatar(acting),
            h(
                "span",
                h("strong", acting.real_name),
                h("small", f"{acting.role} · {acting.tz}"),
                class_="only-wide acting-name",
            ),
            class_="bar-button acting",
            aria_label=f"Acting as {acting.real_name}, {acting.role}, {acting.tz}",
            data_key="acting",
        ),
        h("div", h("p", "Act as", class_="menu-title"), join(_person(user, session) for user in people), class_="menu"),
        class_="has-menu",
        data_testid="acting",
    )


def _person(user: User, session: Session) -> Markup:
    at = session.workspace.clock.now().astimezone(ZoneInfo(user.tz))
    return h(
        "button",
        avatar(user),
        h("span", h("strong", user.real_name), h("small", f"{user.role} · {user.tz} · {at:%H:%M}")),
        type="button",
        class_="person",
        aria_current="true" if user.id == session.user else None,
        data_do="as",
        data_id=user.id,
    )
