"""The window: which region is where, and how the whole of it is drawn from a session."""

from __future__ import annotations

from markupsafe import Markup
from nicegui.element import Element

from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join, text
from bot.sandbox.page.panes.conversation import composer, heading, notice
from bot.sandbox.page.panes.messages import spoken
from bot.sandbox.page.panes.scenes import first_steps, head, scenes
from bot.sandbox.page.panes.sidebar import sidebar
from bot.sandbox.page.panes.timeline import Item, thread, timeline
from bot.sandbox.page.panes.topbar import topbar
from bot.sandbox.page.panes.views import home, modal, raw
from bot.sandbox.page.region import Region, Regions
from bot.sandbox.page.session import Pane, Session
from bot.sandbox.page.stage import Stage
from bot.sandbox.slack.ids import Ts

NOTHING = Markup("")
_TRY = "org=mondoo-organization-1"


class Window:
    """The elements of one tab.

    Args:
        stage: What the page stands on.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._drawn_for: tuple[object, ...] = ()
        self._frame = Element("div").classes("window")
        with self._frame:
            self._top = Region("header", "topbar")
            with Element("div").classes("body"):
                self._nav = Region("nav", "sidebar", aria_label="Conversations", id_="sidebar")
                with Element("main").classes("conversation"):
                    self._heading = Region("div", "heading")
                    self._hint = Region()
                    with Element("div").classes("scroller"):
                        self._list = Regions("ol", "li", "timeline", aria_label="Messages", data_testid="timeline")
                    self._home = Region("div", "scroller-home")
                    self._notice = Region("div", "", role="status")
                    self._composer = Region("div", "composer-place")
                with Element("aside").classes("pane").props('aria-label="Beside the conversation"'):
                    self._pane = Region("div", "pane-head")
                    self._scenes = Regions("div", "div", "scenes")
                    with Element("div").classes("scroller-thread"):
                        self._thread = Regions("ol", "li", "timeline", aria_label="Thread")
                    self._reply = Region("div", "composer-place")
        self._modals = Regions("div", "div")
        self._news = Region("div", "unseen", role="log", aria_live="polite")

    def draw(self, session: Session) -> None:
        """Shows the session as it stands now; what did not change stays untouched."""
        conversation = (session.user, session.channel, session.thread)
        if conversation != self._drawn_for:
            self._list.clear_all()
            self._thread.clear_all()
            self._drawn_for = conversation
        self.draw_moods(session)
        self._nav.draw(sidebar(session))
        self._draw_conversation(session)
        self._draw_pane(session)
        self._draw_modals(session)
        for name, is_on in {"has-pane": session.pane is not Pane.NOTHING, "at-home": session.is_home}.items():
            self._frame.classes(**{"add" if is_on else "remove": name})

    def draw_moods(self, session: Session) -> None:
        """Shows how the bot, Mondoo and Slack are doing, which changes with time alone."""
        is_connected = self._stage.connections() > 0
        self._top.draw(topbar(session, self._stage.parties, is_connected=is_connected))
        self._scenes.draw(scenes(self._stage, session) if session.pane is Pane.SCENES else ())

    def announce(self, ts: Ts, session: Session) -> None:
        """Tells those who hear the page of a message that has come."""
        held = session.workspace.timelines.get(session.channel, ts)
        if held is not None and held.user != session.user and held.is_visible_to(session.user):
            self._news.draw(text(spoken(held, session.reader)))

    def _draw_conversation(self, session: Session) -> None:
        manifest, reader = self._stage.manifest, session.reader
        self._heading.draw(heading(session, manifest))
        command = next(iter(manifest.commands), None)
        self._hint.draw(first_steps(self._stage, f"{command} {_TRY}") if command and not session.is_home else NOTHING)
        self._notice.draw(notice(session.notice))
        if session.is_home:
            self._home.draw(home(session.workspace.views.home(session.user), reader, manifest.name))
            self._composer.draw(NOTHING)
            return
        self._home.draw(NOTHING)
        self._composer.draw(composer(session, manifest))
        held = session.workspace.messages(session.channel, session.user)
        visible = [message for message in held if message.ts not in session.dismissed]
        shortcuts = [shortcut for shortcut in manifest.shortcuts.values() if not shortcut.is_global]
        items = list(timeline(visible, reader, shown=session.shown, shortcuts=shortcuts))
        self._list.draw(items or [Item("beginning", _beginning(session))])

    def _draw_pane(self, session: Session) -> None:
        root = session.workspace.timelines.get(session.channel, session.thread) if session.thread else None
        if session.pane is not Pane.THREAD or root is None:
            self._pane.draw(head() if session.pane is Pane.SCENES else NOTHING)
            self._thread.clear_all()
            self._reply.draw(NOTHING)
            return
        close = h(
            "button",
            icon("close"),
            type="button",
            class_="button button-icon",
            aria_label="Close thread",
            data_do="close_pane",
            data_key="close-pane",
        )
        self._pane.draw(h("header", h("h2", "Thread"), close))
        replies = session.workspace.thread(session.channel, root.ts, session.user)
        self._thread.draw(thread(root, replies, session.reader))
        self._reply.draw(composer(session, self._stage.manifest, thread=root.ts))

    def _draw_modals(self, session: Session) -> None:
        stack = session.workspace.views.stack(session.user)
        items = [Item(view.id, modal(view, session.reader)) for view in stack]
        shown = session.workspace.timelines.get(session.channel, session.raw) if session.raw else None
        if shown is not None:
            items.append(Item("raw", raw(self._stage.as_json(shown))))
        self._modals.draw(items)


def _beginning(session: Session) -> Markup:
    title = session.reader.title(session.conversation)
    return h("div", join([h("p", f"This is the beginning of {title}.")]), class_="empty")
