"""Nothing reaches for another machine: a child process that opens an internet socket is killed by the kernel."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests import internet
from tests.pieces import melody

pytestmark = [
    pytest.mark.skipif(not internet.can_kill(), reason="the kernel's filter is for Linux on x86-64"),
    pytest.mark.timeout(660),  # longer than its child processes may take
]
TRANSFER_AND_GENERATE = """
import sys
from tonenet_core.cli import app

source, folder = sys.argv[1:]
app(["transfer", source, "--to", "jazz", "-o", f"{folder}/styled.mid"], standalone_mode=False)
app(["generate", "-o", f"{folder}/new.mid", "--length", "5"], standalone_mode=False)
"""


def run(*arguments, env=None):
    return subprocess.run(
        [sys.executable, *arguments],
        preexec_fn=internet.kill_on_internet,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_an_internet_socket_is_deadly_here(family):
    assert run("-c", f"import socket; socket.socket(socket.{family})").returncode == -signal.SIGSYS


def test_a_local_socket_is_not():
    assert run("-c", "import socket; socket.socketpair()").returncode == 0


def test_transfer_and_generate(tmp_path):
    source = tmp_path / "piece.mid"
    source.write_bytes(melody(60))
    done = run("-c", TRANSFER_AND_GENERATE, source, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "styled.mid").stat().st_size == source.stat().st_size
    assert (tmp_path / "new.mid").read_bytes().startswith(b"MThd")


def test_the_window_checks_itself(tmp_path):
    """`tonenet-app --check` opens, transfers, exports and generates, its model process and FluidSynth included."""
    done = run("-m", "app", "--check", tmp_path / "check", env={"XDG_STATE_HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "check").glob("demo.*")) == ["demo.mid", "demo.wav"]


def test_in_the_suite_itself_a_look_up_and_a_connection_raise():
    with pytest.raises(internet.InternetError):
        socket.getaddrinfo("example.org", 80)
    with socket.socket() as opened, pytest.raises(internet.InternetError):
        opened.connect(("127.0.0.1", 9))
