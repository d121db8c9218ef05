from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.cli.output import CannotWrite, File, ReaderGone, Stream, output


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("old")
    target = output(path)
    target.write("new ")
    target.write("Zoë\n")
    assert path.read_text() == "old"
    assert target.finish() == str(path)
    assert path.read_text(encoding="utf-8") == "new Zoë\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_read_in_part_has_another_name(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    path.write_text("old")
    target = output(path)
    target.write("half")
    assert target.abandon(partial=True) == f"{path}.partial"
    assert path.read_text() == "old"
    assert (tmp_path / "audit.csv.partial").read_text() == "half"


def test_what_was_read_in_part_goes_when_all_of_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    broken = output(path)
    broken.write("some\n")
    broken.abandon(partial=True)
    whole = output(path)
    whole.write("all\n")
    whole.finish()
    assert [each.name for each in tmp_path.iterdir()] == ["events.ndjson"]


def test_nothing_is_left_of_a_file_of_which_nothing_was_read(tmp_path: Path) -> None:
    target = output(tmp_path / "audit.csv")
    assert target.abandon(partial=False) == ""
    assert not list(tmp_path.iterdir())


def test_a_new_file_is_for_its_owner_alone_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "audit.csv"
    output(path).finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    output(path).finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    target = output(tmp_path / "link")
    target.write("text")
    target.finish()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_halves_of_characters_can_be_written(tmp_path: Path) -> None:
    target = output(tmp_path / "a")
    target.write("\ud800")
    target.finish()
    assert (tmp_path / "a").read_text() == "\\ud800"


def test_a_folder_or_a_place_that_is_not_there_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="is a folder"):
        output(tmp_path)
    with pytest.raises(CannotWrite, match="No such file or directory"):
        output(tmp_path / "nowhere" / "audit.csv")


def test_a_disk_that_is_full_is_told() -> None:
    target = output(Path("/dev/full"))
    assert isinstance(target, Stream)
    with pytest.raises(CannotWrite, match=r"The output cannot be written: No space left on device\."):
        target.write("text")
    target.abandon(partial=True)


def test_a_device_is_written_to_and_stays_a_device() -> None:
    target = output(Path("/dev/null"))
    target.write("text")
    assert not target.for_people
    assert target.finish() == ""
    assert Path("/dev/null").is_char_device()


def test_a_reader_that_went_away_is_told_from_a_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        with pytest.raises(ReaderGone):
            Stream(pipe).write("text")
        Stream(pipe).write("nobody minds what comes after")


def test_a_file_that_vanishes_while_it_is_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target = File(folder / "audit.csv")
    for left in folder.iterdir():
        left.unlink()
    folder.rmdir()
    with pytest.raises(CannotWrite, match=r"audit\.csv cannot be written: No such file or directory\."):
        target.finish()
