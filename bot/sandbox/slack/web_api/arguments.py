"""The arguments of a Web API call, whichever of Slack's encodings they came in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from bot.sandbox.slack.errors import RefusedError, invalid_arguments

_TRUE = frozenset({"1", "true", "True"})


class Arguments:
    """Arguments by name; those that are absent, null or empty text count as not given."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = {name: value for name, value in given.items() if value is not None and value != ""}

    @classmethod
    async def of(cls, request: Request) -> Arguments:
        """Gives the arguments of a request: its query, and its form or JSON body.

        Raises:
            RefusedError: `invalid_json` or `invalid_form_data`, if the body is not what it claims to be.
        """
        given: dict[str, Any] = dict(request.query_params)
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            body = await request.body()
            try:
                decoded = json.loads(body) if body else {}
            except ValueError as error:
                raise RefusedError("invalid_json") from error
            if not isinstance(decoded, dict):
                raise RefusedError("json_not_object")
            given |= decoded
        elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
            async with request.form() as form:
                given |= {name: value for name, value in form.items() if isinstance(value, str)}
        return cls(given)

    def __contains__(self, name: object) -> bool:
        return name in self._given

    def for_ledger(self) -> dict[str, Any]:
        """Gives all arguments but the token, JSON texts decoded."""
        return {
            name: _decoded(value) if name in {"blocks", "view", "metadata", "files"} else value
            for name, value in self._given.items()
            if name != "token"
        }

    def text(self, name: str) -> str:
        """Gives a text; empty if not given."""
        value = self._given.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """Gives a text that must be there.

        Raises:
            RefusedError: `invalid_arguments`.
        """
        if name not in self._given:
            raise invalid_arguments(f"missing required field: {name}")
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Gives a boolean, sent as JSON or as 1, 0, true or false."""
        value = self._given.get(name, default)
        return value if isinstance(value, bool) else str(value) in _TRUE

    def limit(self, default: int, most: int) -> int:
        """Gives the page size.

        Raises:
            RefusedError: `invalid_limit`, if it is not a number from 1 to `most`.
        """
        value = self._given.get("limit", default)
        try:
            limit = int(value)
        except (TypeError, ValueError) as error:
            raise RefusedError("invalid_limit") from error
        if limit == 0:
            return default
        if not 1 <= limit <= most:
            raise RefusedError("invalid_limit")
        return limit

    def structure(self, name: str, error: str) -> Any:  # noqa: ANN401 — whatever JSON the app sent
        """Gives an object or list, sent as JSON or as a text that holds JSON; None if not given.

        Raises:
            RefusedError: With code `error`, if the text does not hold JSON.
        """
        value = self._given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as cause:
            raise RefusedError(error) from cause


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
