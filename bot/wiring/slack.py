"""What people can do with the bot in Slack: every feature, made here, in the order in which they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.adapters.slack.views.menus import DETAILS, LENS, MUTE
from bot.domain.scopes import ScopeCatalog
from bot.entrypoints.slack.app import Feature
from bot.entrypoints.slack.commands import Commands
from bot.entrypoints.slack.desk import Desk
from bot.entrypoints.slack.events import EventDetails, EventMenu, Way
from bot.entrypoints.slack.exports import Exports
from bot.entrypoints.slack.forms import SearchForms
from bot.entrypoints.slack.home import Home
from bot.entrypoints.slack.lens import Lenses
from bot.entrypoints.slack.line import Line
from bot.entrypoints.slack.managing import Management
from bot.entrypoints.slack.mute_window import MuteWindow
from bot.entrypoints.slack.muting import Muting
from bot.entrypoints.slack.pages import Clicks, Pages
from bot.entrypoints.slack.presentations import Presentations
from bot.entrypoints.slack.searching import SearchWindow
from bot.entrypoints.slack.surfaces import Surfaces
from bot.entrypoints.slack.windows import Windows
from bot.ports import AuditLog, Clock, Directory, Preferences, Uses
from bot.services.authorize import Gate
from bot.services.context import Context
from bot.services.lens import Lens
from bot.services.mute import Muter
from bot.services.overview import Overviews
from bot.services.register import Register
from bot.services.snapshots import Snapshots
from bot.services.status import Reporter
from bot.services.subscribe import Subscriber


@dataclass(frozen=True, slots=True)
class Parts:
    """What features are made of."""

    catalog: ScopeCatalog
    gate: Gate
    directory: Directory
    snapshots: Snapshots
    subscriber: Subscriber
    reporter: Reporter
    muter: Muter
    uses: Uses
    preferences: Preferences
    log: AuditLog
    context: Context
    overviews: Overviews
    whole: AuditLog
    """The same logs, for who wants a window whole."""
    desk: Desk
    surfaces: Surfaces
    clock: Clock
    line: Line = field(default_factory=Line)


def features(parts: Parts) -> list[Feature]:
    """All of them; the last takes what none of the others is for."""
    pages = Pages(catalog=parts.catalog, gate=parts.gate, snapshots=parts.snapshots)
    exports = Exports(
        desk=parts.desk,
        surfaces=parts.surfaces,
        gate=parts.gate,
        catalog=parts.catalog,
        whole=parts.whole,
        clock=parts.clock,
    )
    return [
        *_asking(parts, pages, exports),
        *_events(parts),
        Home(
            desk=parts.desk,
            surfaces=parts.surfaces,
            overviews=parts.overviews,
            subscriber=parts.subscriber,
            directory=parts.directory,
            catalog=parts.catalog,
        ),
        exports,
        Presentations(
            desk=parts.desk,
            gate=parts.gate,
            catalog=parts.catalog,
            snapshots=parts.snapshots,
            whole=parts.whole,
            clock=parts.clock,
        ),
        Clicks(desk=parts.desk, pages=pages),
    ]


def _asking(parts: Parts, pages: Pages, exports: Exports) -> list[Feature]:
    """The command with words after it, and the window that it opens without."""
    management = Management(
        subscriber=parts.subscriber,
        reporter=parts.reporter,
        register=Register(uses=parts.uses, gate=parts.gate, catalog=parts.catalog),
        gate=parts.gate,
        catalog=parts.catalog,
        clock=parts.clock,
    )
    forms = SearchForms(
        gate=parts.gate,
        directory=parts.directory,
        preferences=parts.preferences,
        catalog=parts.catalog,
        clock=parts.clock,
    )
    return [
        Commands(
            desk=parts.desk,
            pages=pages,
            exports=exports,
            management=management,
            muting=Muting(muter=parts.muter, catalog=parts.catalog),
            catalog=parts.catalog,
            gate=parts.gate,
            directory=parts.directory,
            clock=parts.clock,
            line=parts.line,
        ),
        SearchWindow(
            desk=parts.desk,
            surfaces=parts.surfaces,
            forms=forms,
            pages=pages,
            catalog=parts.catalog,
            clock=parts.clock,
        ),
    ]


def _events(parts: Parts) -> list[Feature]:
    """An event's menu, and what it leads to."""
    windows = Windows(desk=parts.desk, surfaces=parts.surfaces)
    details = EventDetails(
        windows=windows, gate=parts.gate, catalog=parts.catalog, log=parts.log, context=parts.context
    )
    lenses = Lenses(
        desk=parts.desk,
        windows=windows,
        surfaces=parts.surfaces,
        lens=Lens(log=parts.log, gate=parts.gate, catalog=parts.catalog, clock=parts.clock),
        directory=parts.directory,
        catalog=parts.catalog,
    )
    muting = MuteWindow(
        desk=parts.desk,
        surfaces=parts.surfaces,
        muter=parts.muter,
        gate=parts.gate,
        directory=parts.directory,
        catalog=parts.catalog,
        log=parts.log,
        clock=parts.clock,
    )
    ways: dict[str, Way] = {DETAILS.value: details.show, LENS.value: lenses.show, MUTE.value: muting.show}
    return [EventMenu(desk=parts.desk, ways=ways), lenses, muting]
