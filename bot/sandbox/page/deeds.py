"""What a person can do on the page, as the browser tells it: one class a deed, told apart by `do`."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Choice = str | list[str] | None
"""What was picked or typed; see `bot.sandbox.slack.person.Choice`."""


class _Deed(msgspec.Struct, frozen=True, tag_field="do"):
    """Fields that the page's script sends beside those named are ignored."""


class ActAs(_Deed, frozen=True, tag="as"):
    """Becomes somebody else."""

    id: str


class Open(_Deed, frozen=True, tag="open"):
    """Opens a conversation."""

    id: str


class OpenApp(_Deed, frozen=True, tag="app"):
    """Opens the direct messages with the app."""


class ChooseTab(_Deed, frozen=True, tag="tab"):
    """Turns to the app's `messages` or `home` tab."""

    id: str


class OpenThread(_Deed, frozen=True, tag="thread"):
    """Opens the thread of a message."""

    id: str


class ToggleScenes(_Deed, frozen=True, tag="scenes"):
    """Opens or closes what is behind the scenes."""


class ClosePane(_Deed, frozen=True, tag="close_pane"):
    """Closes whatever stands beside the conversation."""


class ShowEarlier(_Deed, frozen=True, tag="earlier"):
    """Lists more of the conversation."""


class ShowRaw(_Deed, frozen=True, tag="raw"):
    """Shows a message as JSON."""

    id: str


class HideRaw(_Deed, frozen=True, tag="hide_raw"):
    """Closes that."""


class Dismiss(_Deed, frozen=True, tag="dismiss"):
    """Closes an ephemeral message."""

    id: str


class Hush(_Deed, frozen=True, tag="hush"):
    """Closes what the client itself had to say."""


class Join(_Deed, frozen=True, tag="join"):
    """Joins the open channel."""


class Download(_Deed, frozen=True, tag="download"):
    """Saves a file."""

    id: str


class Send(_Deed, frozen=True, tag="send"):
    """Sends what stands in a composer."""

    text: str
    thread: str | None = None


class Act(_Deed, frozen=True, tag="act"):
    """Presses a button, picks from a menu or fills an input that tells the app at once.

    Attributes:
        surface: `channel/ts` of a message, `view/id` of a view.
        ticket: What the page's script calls the control until it is told what came of it.
    """

    surface: str
    block: str
    action: str
    ticket: int
    choice: Choice = None
    inputs: Mapping[str, Mapping[str, Choice]] = {}


class Suggest(_Deed, frozen=True, tag="suggest"):
    """Types into a menu whose choices the app offers."""

    surface: str
    block: str
    action: str
    typed: str
    ticket: int


class Submit(_Deed, frozen=True, tag="submit"):
    """Presses a modal's submit button."""

    surface: str
    ticket: int
    inputs: Mapping[str, Mapping[str, Choice]] = {}


class Leave(_Deed, frozen=True, tag="leave"):
    """Closes a modal, or all of them."""

    surface: str
    clear: bool = False


class Shortcut(_Deed, frozen=True, tag="shortcut"):
    """Picks a shortcut, of a message if `id` names one."""

    callback: str
    id: str | None = None


class Happen(_Deed, frozen=True, tag="happen"):
    """Lets events happen in Mondoo."""

    count: str
    mrn: str
    msg: str = ""
    """What it is, if it is one thing in particular."""


class ChangeChannel(_Deed, frozen=True, tag="renovate"):
    """Changes what a channel is to the bot."""

    id: str
    act: str


class Misbehave(_Deed, frozen=True, tag="mood"):
    """Makes a party misbehave: `once`, for so many seconds, or until told otherwise if `lasting` is empty."""

    id: str
    mood: str
    lasting: str


class Behave(_Deed, frozen=True, tag="normal"):
    """Sets a party back to normal."""

    id: str


class StartOver(_Deed, frozen=True, tag="reset"):
    """Sets everything back to the beginning."""


Looking = OpenThread | ToggleScenes | ClosePane | ShowEarlier | ShowRaw | HideRaw | Dismiss | Hush | Download
"""Changes what one sees."""
Moving = ActAs | Open | OpenApp | ChooseTab
"""Changes as whom or where one looks."""
Doing = Join | Send | Act | Suggest | Submit | Leave | Shortcut
"""Does something in Slack."""
Staging = Happen | ChangeChannel | Misbehave | Behave | StartOver
"""Does something behind the scenes."""
Deed = Looking | Moving | Doing | Staging


def deed(told: object) -> Deed:
    """Gives what the browser told.

    Raises:
        msgspec.ValidationError: It is none of the deeds.
    """
    return msgspec.convert(told, Deed)  # type: ignore[no-any-return]  # a union is no type to mypy
