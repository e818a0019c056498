"""Web, workers, beat and their servers, begun anew in a state folder of their own; each can be killed and come back."""

from __future__ import annotations

import os
import shutil

from deploy import installs, postgres, programs, services
from deploy.state import State, free_port
from tests import running
from tests.load.phone import Phone

Around = tuple[float, float, float, float]

PORTS_FROM = 18420


class WholeStack:
    """``start`` throws the folder's old content away; ``programs`` are those that run, by name."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.address = ""
        self.env: dict[str, str] = {}
        self.programs: dict[str, running.Running] = {}
        self._around: Around | None = None
        self._port = 0

    def start(self, *demo: str, **environment: str) -> None:
        """Returns when people can sign in; ``demo`` are options of ``make_demo_borough``.

        The environment then leads this process to the same servers.
        """
        installs.ensure_pwa_built()
        services.stop(self.state)
        shutil.rmtree(self.state.folder, ignore_errors=True)
        state = self.state = State.at(self.state.folder)
        self.env = services.start(state) | {"SIGHTLINE_LOG_LEVEL": "WARNING"} | environment
        running.manage(["migrate", "--no-input", "-v", "0"], self.env)
        running.manage(["make_demo_borough", *demo], self.env)
        # Away from where others look for a free one: it must still be ours after the server was killed.
        self._port = free_port(PORTS_FROM)
        for program in programs.everything(state, self._port):
            self._start(program)
        self.address = f"http://127.0.0.1:{self._port}"
        self.wait_until_it_answers()
        os.environ.update(self.env)

    def stop(self) -> None:
        for program in self.programs.values():
            program.process.terminate()
        for program in self.programs.values():
            program.stop()
        if self.env:
            services.stop(self.state)

    @property
    def around(self) -> Around:
        """The middle of the borough: west, south, east, north in degrees."""
        if self._around is None:
            found = Phone(self.address, "warden", (0, 0, 1, 1)).call("GET", "/api/reference")
            west, south, east, north = found["map"]["bounds"]
            width, height = (east - west) / 4, (north - south) / 4
            self._around = (west + width, south + height, east - width, north - height)
        return self._around

    def wait_until_it_answers(self) -> None:
        running.wait_for(self._answers, seconds=90, what=lambda: f"no answer:\n{self.programs['web'].log()[-2000:]}")

    def kill_and_start_again(self, name: str) -> None:
        """SIGKILL to a program with all its children, and the same program anew."""
        self.programs[name].kill()
        self._start_again(name)

    def restart_postgres(self) -> None:
        """As after a crash: nothing is written out, open connections end, the log is played back."""
        postgres.stop(self.state, mode="immediate")
        postgres.start(self.state)

    def _start_again(self, name: str) -> None:
        self._start(next(program for program in programs.everything(self.state, self._port) if program.name == name))

    def _start(self, program: programs.Program) -> None:
        self.programs[program.name] = running.Running(program, self.env, self.state.path(f"{program.name}.log"))

    def _answers(self) -> bool:
        if self.programs["web"].process.poll() is not None:
            # As the supervisor does with what falls over.
            self._start_again("web")
        try:
            return bool(Phone(self.address, "warden", (0, 0, 1, 1)))
        except (OSError, RuntimeError):
            return False
