"""Runs of the command line, each in a process of its own.

A start-up imports torch, which takes longer than most commands. So a process that has imported it forks for each run;
`fresh` runs start from nothing, as a user's do.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "tonenet_core.cli"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"}
SERVE = "from tests.e2e.commands import serve; serve()"
TIMEOUT_SEC = 120


def tonenet(*words, cwd, fresh=False):
    """Return the completed process of `tonenet` with these words, its output as text."""
    arguments = [str(word) for word in words]
    if fresh:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=cwd,
            capture_output=True,
            text=True,
            env=ENVIRONMENT,
            timeout=TIMEOUT_SEC,
            check=False,
        )
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        server = _server()
        print(json.dumps([arguments, str(cwd), str(out), str(err)]), file=server.stdin, flush=True)
        status = int(server.stdout.readline())
        return subprocess.CompletedProcess(arguments, status, out.read_text(), err.read_text())


def assert_refused(result, *reasons, status=1):
    """Fail unless there is one line on stderr, no trace, nothing on stdout."""
    assert result.returncode == status
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    for reason in reasons:
        assert reason in line


@cache
def _server():
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    atexit.register(server.communicate)  # it ends with its input
    return server


def serve():
    """Fork for each line of standard input; write the exit status of the run to standard output."""
    import torch  # noqa: F401  (what a run must not import again)

    from tonenet_core.cli import main

    for line in sys.stdin:
        words, folder, out, err = json.loads(line)
        child = os.fork()
        if not child:
            os.chdir(folder)
            for number, path, flags in (
                (0, os.devnull, os.O_RDONLY),
                (1, out, os.O_WRONLY | os.O_CREAT),
                (2, err, os.O_WRONLY | os.O_CREAT),
            ):
                file = os.open(path, flags, 0o600)
                os.dup2(file, number)
                os.close(file)
            sys.argv = ["tonenet", *words]
            main()
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()
