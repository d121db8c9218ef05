"""What is wrong with the settings, a sentence each: which variable, and what to write. No secret is ever shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.domain.wording import nearest, shown
from bot.settings.checks import Form


def of_variables(section: type[BaseModel], error: ValidationError) -> list[str]:
    """The problems of a section's variables, under their names in the environment."""
    return [_sentence(section, problem, "{}", str.upper) for problem in error.errors()]


def of_table(table: type[BaseModel], error: ValidationError, which: str) -> list[str]:
    """The problems of one table of the TOML file, which is called so: ``scope 1``."""
    return [_sentence(table, problem, f"CONFIG_FILE: {{}} of {which}", str) for problem in error.errors()]


def unknown(inside: str, key: str, known: Iterable[str], place: str = "{}") -> str:
    """What to say of a key in a table that does not know it: the nearest one, or all there are."""
    near = nearest(key, known)
    hint = f"did you mean {inside}{near}?" if near else f"there are {', '.join(known)}."
    return f"{place.format(shown(inside + key))} is not a setting: {hint}"


def _sentence(model: type[BaseModel], problem: ErrorDetails, place: str, spell: Callable[[str], str]) -> str:
    path = [part for part in problem["loc"] if isinstance(part, str)]
    if problem["type"] == "extra_forbidden":
        *parents, key = path
        table = _table(_field(model, parents)) if parents else model
        inside = "".join(f"{parent}." for parent in parents)
        return unknown(inside, key, (table or model).model_fields, place)
    name = place.format(spell(".".join(path)))
    form = form_of(_field(model, path))
    if problem["type"] == "missing":
        return f"{name} is missing: write {form.words}."
    return f"{name} must be {form.words}{_detail(problem, form)}."


def _detail(problem: ErrorDetails, form: Form) -> str:
    """What in particular is wrong, where that can be said without showing what may be a secret."""
    if form.secret:
        return ""
    said = str(problem.get("ctx", {}).get("error", ""))
    if said:
        return f"; {said.rstrip('.')}"
    return f"; {shown(str(problem['input']))} is not"


def _field(model: type[BaseModel], path: list[str]) -> FieldInfo:
    field = model.model_fields[path[0]]
    inner = _table(field)
    return _field(inner, path[1:]) if inner is not None and path[1:] else field


def _table(field: FieldInfo) -> type[BaseModel] | None:
    """The table that a field holds, if it holds one."""
    candidates = (field.annotation, *get_args(field.annotation))
    return next((each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)), None)


def form_of(field: FieldInfo) -> Form:
    """The form of a field's values, which stands beside their type, also inside of ``… | None``."""
    marks = [*field.metadata]
    for part in get_args(field.annotation):
        marks += getattr(part, "__metadata__", ())
    return next(mark for mark in marks if isinstance(mark, Form))
