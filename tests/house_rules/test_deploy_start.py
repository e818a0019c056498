"""Starting and stopping: ports, secrets, owners, what is missing, and what falls over."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import packages, postgres, processes, services
from deploy.state import CHECKOUT, CannotGoOn, State
from tests.running import wait_for


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State.at(tmp_path / "state")


@pytest.fixture
def without_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_port_is_remembered_while_it_is_free(state: State) -> None:
    first = state.port("web")
    assert State.at(state.folder).port("web") == first


def test_a_port_that_somebody_took_is_passed_over(state: State) -> None:
    first = state.port("web")
    with socket.socket() as stranger:
        # A connection that somebody ended a moment ago may still hold the number.
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", first))
        stranger.listen()
        assert state.port("web") > first


def test_no_port_is_given_twice_in_one_folder(state: State) -> None:
    ports = [state.port(f"seaweed.{part}") for part in "abcdef"]
    assert len(set(ports)) == len(ports)


def test_a_secret_is_made_once_and_only_its_owner_reads_it(state: State) -> None:
    secret = state.secret("postgres")
    assert len(secret) >= 32
    assert State.at(state.folder).secret("postgres") == secret
    assert state.path("secrets", "postgres").stat().st_mode & 0o077 == 0
    assert state.path("secrets").stat().st_mode & 0o077 == 0


def test_a_second_run_in_one_folder_is_refused_with_a_sentence(state: State) -> None:
    with (
        state.lock("run"),
        pytest.raises(CannotGoOn, match="already runs"),
        state.lock("run", refuse="Sightline already runs."),
    ):
        pytest.fail("the lock was given twice")


def test_the_number_of_a_stranger_is_not_taken_for_our_server(tmp_path: Path) -> None:
    """After a restart of the machine, a pid file may name any process at all."""
    pid_file = tmp_path / "redis.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    assert processes.read_pid(pid_file, "redis-server") is None


def test_own_servers_are_used_instead_of_ours(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgis://me@db.test/sightline")
    monkeypatch.setenv("REDIS_URL", "redis://broker.test/0")
    env = services.start(state)
    assert env["DATABASE_URL"] == "postgis://me@db.test/sightline"
    assert env["REDIS_URL"] == "redis://broker.test/0"
    assert not any(services.running(state).values())


@pytest.mark.usefixtures("without_urls")
def test_what_is_missing_is_said_in_one_sentence_with_every_way_on() -> None:
    gone = packages.Part("PostGIS", lambda: False, ("postgis-15",), instead="DATABASE_URL")
    sentence = packages.how_to_go_on(packages.missing((gone,)))
    assert sentence == (
        "PostGIS is missing here: let an administrator run `apt-get install postgis-15`, "
        "or set DATABASE_URL to servers that you have, or use `docker compose up` instead."
    )


def test_nothing_is_missing_where_a_server_of_ones_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = packages.Part("PostGIS", lambda: False, ("postgis-15",), instead="DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL", "postgis://me@db.test/sightline")
    assert packages.missing((gone,)) == []


@pytest.mark.usefixtures("without_urls")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the postgres user may not enter")
def test_servers_start_stop_and_keep_their_data_below_a_folder_only_root_may_enter() -> None:
    private = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    state = State.at(private / "checkout/var/state")
    try:
        services.start(state)
        port = state.last_port("postgres") or 0
        postgres.psql(state, port, postgres.DATABASE, "create table seen as select 42 as answer")
        services.stop(state)
        assert not any(services.running(state).values())
        services.start(state)
        port = state.last_port("postgres") or 0
        assert postgres.psql(state, port, postgres.DATABASE, "select answer from seen") == "42"
        assert postgres.psql(state, port, postgres.DATABASE, "select postgis_lib_version() > '3'") == "t"
    finally:
        services.stop(state)
        shutil.rmtree(private)


SUPERVISED = """
import sys
from pathlib import Path
from deploy.supervisor import Program, Supervisor
folder = Path(sys.argv[1])
shell = lambda name, words: Program(name, ["bash", "-c", words])
sys.exit(Supervisor([
    shell("steady", "trap 'echo bye; exit' TERM; echo up; touch %s/up; while :; do sleep 0.1; done" % folder),
    shell("shaky", sys.argv[2] % folder),
], {}, folder / "log").run())
"""


def supervise(folder: Path, shaky: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(folder), shaky],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_program_in_order(tmp_path: Path, sig: signal.Signals) -> None:
    supervisor = supervise(tmp_path, "touch %s/shaky; exec sleep 600")
    wait_for(lambda: (tmp_path / "up").exists() and (tmp_path / "shaky").exists())
    supervisor.send_signal(sig)
    output, _ = supervisor.communicate(timeout=40)
    assert supervisor.returncode == 0
    assert "steady | up" in output
    assert "steady | bye" in output
    assert "steady | bye" in (tmp_path / "log").read_text()


def test_a_program_that_falls_over_is_started_again(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, "d=%s; test -e $d/once && touch $d/again && exec sleep 600; touch $d/once; exit 3")
    wait_for(lambda: (tmp_path / "again").exists())
    supervisor.terminate()
    output, _ = supervisor.communicate(timeout=40)
    assert "shaky ended with code 3; starting it again." in output
    assert supervisor.returncode == 0


def test_a_program_that_keeps_falling_over_ends_the_rest(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, "test -d %s && exit 3")
    output, _ = supervisor.communicate(timeout=60)
    assert supervisor.returncode == 1
    assert "giving up" in output
    assert "steady | bye" in output


def test_programs_end_when_the_supervisor_is_killed_outright(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, "echo $$ > %s/pid; exec sleep 600")
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    pid = int((tmp_path / "pid").read_text())
    supervisor.kill()
    supervisor.communicate(timeout=10)
    wait_for(lambda: not processes.alive(pid), what="the orphan's end")
