"""Behind the scenes: making things happen in Mondoo, and making Mondoo and Slack misbehave."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.moods import Party
from bot.sandbox.page.panes.timeline import Item
from bot.sandbox.page.session import Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind

_HAPPENINGS = (
    ("owner added", "An owner is added"),
    ("created service account", "A service account is created"),
    ("created API token", "An API token is created"),
)
_LASTING = (("once", "the next request"), ("30", "30 seconds"), ("300", "5 minutes"), ("", "until told otherwise"))


def head() -> Markup:
    """Gives the pane's head."""
    close = h(
        "button",
        icon("close"),
        type="button",
        class_="button button-icon",
        aria_label="Close",
        data_do="close_pane",
        data_key="close-pane",
    )
    return h("header", h("h2", "Behind the scenes"), close)


def scenes(stage: Stage, session: Session) -> Iterator[Item]:
    """Gives the pane's sections. What changes by itself is apart from the forms, which are left in peace."""
    yield Item("bot", _bot(stage))
    yield Item("events", _events(stage))
    yield Item("channel", _channel(session.conversation))
    for party in stage.parties:
        yield Item(f"{party.name}-state", _well_being(party))
        yield Item(f"{party.name}-moods", _moods(party))
    yield Item("reset", _reset())


def _bot(stage: Stage) -> Markup:
    count = stage.connections()
    if count:
        return h("section", h("h3", "The bot"), _state(f"Connected ({count} socket{'' if count == 1 else 's'})"))
    variables = "\n".join(f"export {name}='{value}'" for name, value in stage.environment.items())
    return h(
        "section",
        h("h3", "The bot"),
        _state("Not connected", is_well=False),
        h("p", "Start one with these settings, and it will talk to this sandbox:"),
        _copied(variables),
    )


def _events(stage: Stage) -> Markup:
    anywhere = h("option", "anywhere", value="")
    options = [h("option", name, value=mrn) for mrn, name in stage.scopes()]
    counts = [h("option", str(count), value=str(count), selected=count == 5) for count in (1, 5, 25, 100)]  # noqa: PLR2004
    return h(
        "section",
        h("h3", "Mondoo's log"),
        h(
            "form",
            h("label", "Let ", h("select", *counts, name="count", aria_label="How many events"), " events happen"),
            h("label", "in ", h("select", anywhere, *options, name="mrn", aria_label="Where")),
            h("button", icon("spark"), "Let them happen", type="submit", class_="button button-primary"),
            h("div", join(_happening(msg, words) for msg, words in _HAPPENINGS), class_="moods"),
            data_form="happen",
            data_testid="happen",
        ),
    )


def _happening(msg: str, words: str) -> Markup:
    return h("button", words, type="submit", class_="button mood", name="msg", value=msg)


def _channel(channel: Channel) -> Markup:
    if channel.kind is Kind.DIRECT:
        return Markup("")
    switches = (
        (channel.is_archived, "unarchive", "Bring it back", "archive", "Archive it"),
        (cast.BOT_USER in channel.members, "remove-bot", "Remove the bot", "add-bot", "Invite the bot"),
        (channel.is_shared_externally, "unshare", "Stop sharing it", "share", "Share it with another organization"),
        (channel.posting_restricted, "unrestrict", "Let everybody post", "restrict", "Let only admins post"),
    )
    buttons = (
        h(
            "button",
            undo if is_so else do,
            type="button",
            class_="button mood",
            data_do="renovate",
            data_id=channel.id,
            data_act=undo_act if is_so else act,
        )
        for is_so, undo_act, undo, act, do in switches
    )
    return h("section", h("h3", f"#{channel.name}"), h("div", join(buttons), class_="moods"), data_testid="channel")


def _well_being(party: Party) -> Markup:
    troubles = party.troubles()
    well = h(
        "button",
        "Back to normal",
        type="button",
        class_="button button-primary",
        data_do="normal",
        data_id=party.name,
    )
    return h(
        "section",
        h("h3", f"{party.name}'s mood"),
        _state(f"{party.name} {'; '.join(troubles)}" if troubles else f"{party.name} is well", is_well=not troubles),
        well if troubles else None,
        data_testid=f"state-{party.name}",
    )


def _moods(party: Party) -> Markup:
    lasting = [h("option", words, value=value) for value, words in _LASTING]
    moods = join(
        h(
            "button",
            mood.words[:1].upper() + mood.words[1:],
            type="submit",
            class_="button mood",
            name="mood",
            value=mood.key,
        )
        for mood in party.moods
    )
    return h(
        "section",
        h(
            "form",
            h("label", "For ", h("select", *lasting, name="lasting")),
            h("div", moods, class_="moods"),
            data_form="mood",
            data_id=party.name,
        ),
        aria_label=f"Change {party.name}'s mood",
        data_testid=f"moods-{party.name}",
    )


def _reset() -> Markup:
    return h(
        "section",
        h("h3", "Start over"),
        h("p", "Forget every message, and set Mondoo and Slack back to the beginning."),
        h("button", "Start over", type="button", class_="button button-danger", data_do="reset"),
    )


def _state(words: str, *, is_well: bool = True) -> Markup:
    return h("p", words, class_="state" if is_well else "state unwell", role="status", data_testid="state")


def _copied(words: str) -> Markup:
    return h("div", h("pre", words, tabindex=0), copy_button(words), class_="copied")


def copy_button(words: str, label: str = "Copy") -> Markup:
    """Gives a button that puts words into the clipboard."""
    return h("button", label, type="button", class_="button button-small", data_copy=words)


def first_steps(stage: Stage, command: str) -> Markup:
    """Gives the card of a first visit: the command to try, and the same question put to Mondoo with curl."""
    return h(
        "aside",
        h(
            "p",
            h("strong", "Try it: "),
            h(
                "button",
                h("code", command),
                type="button",
                class_="try",
                data_try=command,
                title="Put into the composer",
            ),
        ),
        h("details", h("summary", "Ask Mondoo the same with curl"), _copied(stage.curl)),
        h("button", icon("close"), type="button", class_="button button-icon", aria_label="Close", data_hide="hint"),
        class_="first-steps",
        data_hideable="hint",
        data_testid="first-steps",
        aria_label="First steps",
        hidden=True,
    )
