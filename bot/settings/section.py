"""Variables that are read together, and where from.

Each is read from the environment under its own name in capitals, else from the TOML file under the same name in small
letters. An empty one counts as not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Section(BaseSettings):
    """Variables that are read together: first from the environment, then from what the constructor is given."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        validate_default=False,
        defer_build=True,  # not all of them are read by each command
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    @classmethod
    def read(cls, env_file: Path | None, values: Mapping[str, Any]) -> Self:
        """The section from the environment, else from the file of variables, else from the values.

        Raises:
            ValidationError: a variable makes no sense.
        """
        return cls(_env_file=env_file, **values)

    @classmethod
    def defaults(cls) -> Self:
        """The section as if nothing were set."""
        return cast("Self", cls.model_construct())  # mypy's pydantic plugin forgets the class

    @classmethod
    def names(cls) -> list[str]:
        """Its variables, as the environment calls them."""
        return [name.upper() for name in cls.model_fields]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 — the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 — likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, the file of variables, the TOML file."""
        return env_settings, dotenv_settings, init_settings
