"""The page's two elements: a region of markup, and a list of such regions by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from nicegui.element import Element

from bot.sandbox.page.panes.timeline import Item


class Region(Element, component="static/region.js"):
    """A piece of the page whose markup is replaced as a whole.

    What the person typed, unfolded or was about to press in it stays. The browser cleans the markup once more.
    """

    def __init__(self, tag: str = "div", classes: str = "", **attributes: Any) -> None:  # noqa: ANN401 — as props are
        super().__init__()
        self._props["tag"] = tag
        self._props["markup"] = ""
        for name, value in attributes.items():
            self._props[name.rstrip("_").replace("_", "-")] = value
        self.classes(classes)

    def draw(self, markup: Markup) -> None:
        """Shows markup; nothing happens if it is there already."""
        if self._props["markup"] != markup:
            self._props["markup"] = str(markup)
            self.update()


class Regions(Element):
    """Regions below each other, each known by a key, so that only those that changed are touched."""

    def __init__(self, tag: str, item_tag: str, classes: str = "", **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(tag)
        self._item_tag = item_tag
        self._held: dict[str, Region] = {}
        for name, value in attributes.items():
            self._props[name.rstrip("_").replace("_", "-")] = value
        self.classes(classes)

    def draw(self, items: Iterable[Item]) -> None:
        """Shows entries in their order."""
        wanted = {item.key: item.markup for item in items}
        for key in self._held.keys() - wanted.keys():
            self._held.pop(key).delete()
        for index, (key, markup) in enumerate(wanted.items()):
            region = self._held.get(key)
            if region is None:
                with self:
                    region = Region(self._item_tag)
                self._held[key] = region
            if self.default_slot.children[index] is not region:
                region.move(target_index=index)
            region.draw(markup)

    def clear_all(self) -> None:
        """Shows nothing; what comes next is drawn anew."""
        self.draw(())
