"""Where credentials come from: a variable that the settings name, a file, or the settings themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr, TypeAdapter, ValidationError

from bot.settings.forms import MondooToken

_TOKEN: TypeAdapter[SecretStr] = TypeAdapter(MondooToken)


class Credentials:
    """Finds credentials, and adds a sentence to the problems for each that is not to be had.

    Args:
        environment: The variables that are set, the file of variables included.
        problems: What is wrong with the settings, a sentence each.
    """

    def __init__(self, environment: Mapping[str, str], problems: list[str]) -> None:
        self._environment = environment
        self._problems = problems

    def token(self, variable: str | None, place: str) -> SecretStr | None:
        """The API token in a variable, which a place in the settings names."""
        secret = self.variable(variable, place)
        if secret is None:
            return None
        try:
            return _TOKEN.validate_python(secret)
        except ValidationError:
            self._problems.append(
                f"{variable}, of {place}, must be an API token, without spaces, quotes or line breaks."
            )
            return secret

    def variable(self, variable: str | None, place: str) -> SecretStr | None:
        """What a variable holds; None where none is named, or it is not set."""
        if variable is None:
            return None
        value = self._environment.get(variable, "")
        if not value:
            self._problems.append(f"{place} takes its credentials from {variable}, which is not set.")
            return None
        return SecretStr(value)

    def account(self, source: SecretStr | None, name: str) -> SecretStr | None:
        """A service account's JSON, which the source is, or names the file of."""
        if source is None or source.get_secret_value().lstrip().startswith("{"):
            return source
        try:
            return SecretStr(Path(source.get_secret_value()).expanduser().read_text(encoding="utf-8"))
        except OSError as error:
            reason = error.strerror
        except ValueError:  # bytes that are no text, or a path that cannot be one
            reason = "it is not text"
        self._problems.append(f"{name}: the service account's file cannot be read: {reason}.")
        return source
