"""A small language for the shapes that Slack accepts, and the complaints Slack makes about the others.

A `Schema` looks at a value and reports what is wrong with it, where. The words are those of Slack's own
validator, e.g. `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.sandbox.slack.shapes import Json


@dataclass(slots=True)
class Report:
    """What is wrong with a payload, in the order it was found."""

    complaints: list[str] = field(default_factory=list)

    def add(self, message: str, at: str) -> None:
        """Adds a complaint about the value that the JSON pointer `at` leads to."""
        self.complaints.append(f"{message} [json-pointer:{at}]")


class Schema(Protocol):
    """The shape of a value."""

    def check(self, value: object, at: str, report: Report) -> None:
        """Reports what is wrong with `value`, found at the JSON pointer `at`."""


Rule = Callable[[Json, str, Report], None]
"""A condition on a whole object, checked once its fields are right."""


@dataclass(frozen=True, slots=True)
class String:
    """A string with between `least` and `most` characters, matching `pattern` as a whole if there is one."""

    most: int | None = None
    least: int = 1
    pattern: str | None = None

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif len(value) < self.least:
            report.add(f"must be more than {self.least - 1} characters", at)
        elif self.most is not None and len(value) > self.most:
            report.add(f"must be less than {self.most + 1} characters", at)
        elif self.pattern is not None and re.fullmatch(self.pattern, value, re.DOTALL) is None:
            report.add(f"input must match regex pattern: {self.pattern}", at)


@dataclass(frozen=True, slots=True)
class Number:
    """A number between `least` and `most`; with `is_whole`, an integer."""

    least: float | None = None
    most: float | None = None
    is_whole: bool = False

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        kinds = int if self.is_whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            report.add(f"must provide {'an integer' if self.is_whole else 'a number'}", at)
        elif self.least is not None and value < self.least:
            report.add(f"must be greater than {self.least - 1:g}", at)
        elif self.most is not None and value > self.most:
            report.add(f"must be less than {self.most + 1:g}", at)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if not isinstance(value, bool):
            report.add("must be a boolean", at)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few constants."""

    allowed: frozenset[object]

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if isinstance(value, (dict, list)) or value not in self.allowed:
            report.add("must be a valid enum value", at)


def one_of(*allowed: object) -> Choice:
    """Gives the schema that accepts these constants."""
    return Choice(frozenset(allowed))


@dataclass(frozen=True, slots=True)
class Array:
    """A list with between `least` and `most` items."""

    items: Schema
    most: int | None = None
    least: int = 1

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if not isinstance(value, list):
            report.add("must provide an array", at)
            return
        if len(value) < self.least:
            report.add(f"must provide at least {self.least} items", at)
        if self.most is not None and len(value) > self.most:
            report.add(f"no more than {self.most} items allowed", at)
            return
        for index, item in enumerate(value):
            self.items.check(item, f"{at}/{index}", report)


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these fields and no others.

    Attributes:
        required: Fields that must be there.
        optional: Fields that may.
        rules: Conditions between fields, checked when each field by itself is right.
    """

    required: Mapping[str, Schema] = field(default_factory=dict)
    optional: Mapping[str, Schema] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        before = len(report.complaints)
        for name in self.required:
            if name not in value:
                report.add(f"missing required field: {name}", at)
        for name, held in value.items():
            schema = self.required.get(name) or self.optional.get(name)
            if schema is None:
                report.add(f"invalid additional property: {name}", at)
            else:
                schema.check(held, f"{at}/{name}", report)
        if len(report.complaints) == before:
            for rule in self.rules:
                rule(value, at, report)


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose `type` says which schema it follows; the schemas need not mention `type`."""

    by_type: Mapping[str, Schema]

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        name = value.get("type")
        if name is None:
            report.add("missing required field: type", at)
            return
        schema = self.by_type.get(name) if isinstance(name, str) else None
        if schema is None:
            report.add(f"unsupported type: {name}", f"{at}/type")
            return
        schema.check({key: held for key, held in value.items() if key != "type"}, at, report)


@dataclass(frozen=True, slots=True)
class Composed:
    """A schema that Slack puts together from several; a failure within is also told of the whole."""

    whole: Schema

    def check(self, value: object, at: str, report: Report) -> None:
        """See `Schema`."""
        within = Report()
        self.whole.check(value, at, within)
        if within.complaints:
            report.add("failed to match all allowed schemas", at)
            report.complaints.extend(within.complaints)


def exactly_one(*names: str) -> Rule:
    """Gives the rule that one of these fields is there, and no second one."""

    def rule(value: Json, at: str, report: Report) -> None:
        if sum(name in value for name in names) != 1:
            report.add(f"must define exactly one of {', '.join(f'`{name}`' for name in names)}", at)

    return rule


def at_least_one(*names: str) -> Rule:
    """Gives the rule that one of these fields is there."""

    def rule(value: Json, at: str, report: Report) -> None:
        if not any(name in value for name in names):
            report.add(f"must define either {' or '.join(f'`{name}`' for name in names)}", at)

    return rule
