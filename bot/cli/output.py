"""Where data goes: to stdout, or to a file that is only ever there whole."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from bot.domain.errors import BotError


class CannotWrite(BotError):
    """The data cannot be written where it was to go."""


class ReaderGone(Exception):
    """Whoever read the data does not want more: the other end of the pipe is closed."""


class Output(Protocol):
    """A place for data. Of ``finish`` and ``abandon`` one is called, once, at the end."""

    @property
    def for_people(self) -> bool:
        """Whether somebody is looking at a terminal there."""

    def write(self, text: str) -> None:
        """Write, and let it be seen at once.

        Raises:
            CannotWrite: the disk is full, or something of the kind.
            ReaderGone: nobody reads it any more.
        """

    def finish(self) -> str:
        """All is written. Returns where it is, for a message; empty where that is plain to see."""

    def abandon(self, *, partial: bool) -> str:
        """Not all could be written. Returns where the ``partial`` data is, if anywhere."""


class Stream:
    """Standard output, a device or a pipe: what is written is out at once."""

    def __init__(self, stream: BinaryIO, *, ours: bool = False) -> None:
        self._stream = stream
        self._ours = ours

    @property
    def for_people(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def write(self, text: str) -> None:
        """See :class:`Output`."""
        try:
            self._stream.write(_encoded(text))
            self._stream.flush()
        except BrokenPipeError:
            self._forget()
            raise ReaderGone from None
        except OSError as error:
            self._forget()
            raise CannotWrite(f"The output cannot be written: {error.strerror}.") from error

    def finish(self) -> str:
        """See :class:`Output`."""
        if self._ours:
            self._stream.close()
        return ""

    def abandon(self, *, partial: bool) -> str:  # noqa: ARG002 — it is out
        """See :class:`Output`."""
        return self.finish()

    def _forget(self) -> None:
        """Let what is buffered go nowhere: the interpreter would try to write it once more at its end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


class File:
    """A file that appears under its name only when it is complete; one that is there stays as it is until then.

    What is left of an incomplete one has ``.partial`` after its name, until a complete one is there. It is readable for
    its owner alone, as an audit log should be, unless it replaces one that others could read.
    """

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        try:
            descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            if self._path.exists():
                Path(name).chmod(self._path.stat().st_mode & 0o777)
        except OSError as error:
            raise CannotWrite(f"{path} cannot be written: {error.strerror}.") from error
        self._shown = path
        self._written = Path(name)
        self._partial = self._path.with_name(f"{self._path.name}.partial")
        self._stream: BinaryIO = os.fdopen(descriptor, "wb")

    @property
    def for_people(self) -> bool:
        """Never: colours and widths are for terminals."""
        return False

    def write(self, text: str) -> None:
        """See :class:`Output`."""
        try:
            self._stream.write(_encoded(text))
        except OSError as error:
            raise self._cannot(error) from error

    def finish(self) -> str:
        """See :class:`Output`."""
        self._move(self._path)
        with suppress(OSError):  # what was asked for is there all the same
            self._partial.unlink(missing_ok=True)
        return str(self._shown)

    def abandon(self, *, partial: bool) -> str:
        """See :class:`Output`."""
        if partial:
            self._move(self._partial)
            return f"{self._shown}.partial"
        self._stream.close()
        self._written.unlink()
        return ""

    def _move(self, target: Path) -> None:
        try:
            with self._stream:
                self._stream.flush()
                os.fsync(self._stream.fileno())
            self._written.replace(target)
        except OSError as error:
            raise self._cannot(error) from error

    def _cannot(self, error: OSError) -> CannotWrite:
        self._written.unlink(missing_ok=True)
        return CannotWrite(f"{self._shown} cannot be written: {error.strerror}.")


def output(path: Path | None) -> Output:
    """Standard output for no path or ``-``, else the file.

    A device or a pipe is written to where it is, since replacing it would take it away.

    Raises:
        CannotWrite: there can be no such file.
    """
    if path is None or str(path) == "-":
        return Stream(sys.stdout.buffer)
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder: write the name of a file in it.")
    if path.exists() and not path.is_file():
        try:
            return Stream(path.open("wb"), ours=True)
        except OSError as error:
            raise CannotWrite(f"{path} cannot be written: {error.strerror}.") from error
    return File(path)


def _encoded(text: str) -> bytes:
    """The text in UTF-8, wherever it goes; halves of characters, which UTF-8 has none for, as escapes."""
    return text.encode("utf-8", "backslashreplace")
