"""Processes of the product that need not load its code anew: each is a fork of one that has loaded it.

To import the product takes three seconds of a core; the journeys start three processes each. What runs in
them is what the command line runs. Tests of the command line itself start it themselves.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["app.factory", "gunicorn.app.wsgiapp", "flask.cli"])
# A command by the name that the shell knows, and the function behind it.
_COMMANDS = {"gunicorn": ("gunicorn.app.wsgiapp", "run"), "flask": ("flask.cli", "main")}


class Fork:
    """A process that began as a fork; the same words as `subprocess.Popen`."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        self._process: BaseProcess = _forks.Process(
            target=_run, args=(list(command), dict(environment), str(folder), str(log))
        )
        self._process.start()
        self.pid = self._process.pid or 0
        self.command = list(command)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self.command, timeout or 0)
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _run(command: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    """Becomes the command, in a group of its own as a shell would make one."""
    os.setpgid(0, 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(written)
    module, function = _COMMANDS[Path(command[0]).name]
    sys.argv = command
    getattr(import_module(module), function)()
