"""The image's recipe, rehearsed without a container engine: its steps in a folder, its check against a server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction, its lines joined: ``Step("COPY", "bot bot")``."""

    word: str
    rest: str


def stages() -> list[list[Step]]:
    """The Dockerfile's steps, by stage."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    steps = [Step(*line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]
    found: list[list[Step]] = []
    for step in steps:
        if step.word == "FROM":
            found.append([])
        found[-1].append(step)
    return found


def only(word: str) -> str:
    (found,) = [step.rest for step in stages()[-1] if step.word == word]
    return found


def test_only_what_is_copied_gets_into_the_build_context() -> None:
    sources = {
        source
        for stage in stages()
        for step in stage
        if step.word == "COPY" and not step.rest.startswith("--from")
        for source in step.rest.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in ignore
    assert sources == {line[1:] for line in ignore if line.startswith("!")}


def test_the_process_is_nobody_in_particular_and_gets_the_signals_itself() -> None:
    user, group = only("USER").split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert json.loads(only("ENTRYPOINT")) == ["mondoo-audit-bot"]
    assert only("STOPSIGNAL") == "SIGTERM"


class Bot(HTTPServer):
    """Answers /healthz as the bot does: 200 while its work makes progress, 503 when it stands still."""

    def __init__(self, status: int) -> None:
        class Health(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/healthz" else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

        super().__init__(("127.0.0.1", 0), Health)


@contextmanager
def serving(status: int) -> Iterator[int]:
    """The port of a bot that answers so."""
    with Bot(status) as bot:
        thread = threading.Thread(target=bot.serve_forever)
        thread.start()
        try:
            yield bot.server_port
        finally:
            bot.shutdown()
            thread.join()


def check_health(port: int) -> int:
    """The exit status of the image's HEALTHCHECK, on a machine whose proxy leads nowhere."""
    program, *arguments = json.loads(only("HEALTHCHECK").partition("CMD ")[2])
    assert program == "python"
    env = {"PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run([sys.executable, *arguments], env=env, stderr=subprocess.DEVNULL, check=False).returncode


@pytest.mark.parametrize(("status", "verdict"), [(200, 0), (503, 1), (404, 1)])
def test_the_health_check_believes_the_bot(status: int, verdict: int) -> None:
    with serving(status) as port:
        assert check_health(port) == verdict


def test_the_health_check_notices_that_nobody_answers() -> None:
    with serving(200) as port:
        pass
    assert check_health(port) == 1


@pytest.mark.slow  # fetches the bot's packages
@pytest.mark.timeout(300)
def test_the_steps_make_a_bot_that_starts(tmp_path: Path) -> None:
    build, _ = stages()
    source = tmp_path / "src"
    (tmp_path / "data").mkdir()
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs/python").symlink_to(sys.executable)
    env = {**os.environ, "PATH": f"{tmp_path / 'programs'}:{os.environ['PATH']}"}
    for step in build:
        match step.word:
            case "COPY":
                *names, target = step.rest.split()
                for name in names:
                    copy(ROOT / name, source / target / ("" if name == target else Path(name).name))
            case "RUN":
                command = step.rest.replace("/opt/", f"{tmp_path}/opt/")
                done = subprocess.run(
                    ["/bin/sh", "-ec", command], cwd=source, env=env, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, done.stderr
            case word:
                assert word in {"FROM", "WORKDIR"}
    shutil.rmtree(source)
    started = subprocess.run(
        [tmp_path / "opt/bot/bin/mondoo-audit-bot", "--help"],
        cwd=tmp_path / "data",
        env={"PATH": f"{tmp_path}/opt/bot/bin", "HOME": str(tmp_path / "data"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert started.returncode == 0, started.stderr
    assert "doctor" in started.stdout
    assert not (tmp_path / "opt/bot/bin/pip").exists()


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
