"""What every test can ask for: the real servers, a real worker, the shared data."""

from __future__ import annotations

import atexit
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from deploy import programs
from deploy.state import CHECKOUT
from tests import running
from tests.servers import Servers, with_database

if TYPE_CHECKING:
    from deploy.seaweed import Store

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("sightline", deadline=None)
hypothesis.settings.load_profile("sightline")

# Django reads its settings once, so the way to the servers has to be known before.
SERVERS = Servers()
# Also after a failure, Ctrl-C or SIGTERM: no server outlives the run.
atexit.register(SERVERS.stop)
signal.signal(signal.SIGTERM, lambda *_: pytest.exit("asked to stop", returncode=143))
os.environ.update(SERVERS.env)
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings"

import django  # noqa: E402

django.setup()

from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402

# Still Argon2, but cheap: each test signs up people of its own, and none guards a real password.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session")
def servers() -> Servers:
    return SERVERS


@pytest.fixture(autouse=True)
def _empty_redis() -> None:
    """Every test starts with an empty broker and cache; a server that isn't ours is left alone."""
    if SERVERS.owns_redis:
        import redis

        with redis.Redis.from_url(SERVERS.env["REDIS_URL"]) as client:
            client.flushdb()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lies beside the checkout, or where SIGHTLINE_SHARED says."""
    folder = Path(os.environ.get("SIGHTLINE_SHARED") or CHECKOUT.parent / "shared") / "data"
    if not folder.is_dir():
        pytest.skip("the shared data is not here: put it at ../shared or set SIGHTLINE_SHARED")
    return folder


@pytest.fixture(scope="session")
def seaweed() -> Store:
    """A real S3 store, started when the first test asks: endpoint, keys, bucket, region."""
    return SERVERS.start_seaweed()


@pytest.fixture
def photo_folder() -> Path:
    """Where this run keeps its photos; the running worker uses the same."""
    return SERVERS.photos


@pytest.fixture
def program_env(transactional_db: None) -> dict[str, str]:
    """The environment with which another program sees this test's database and broker."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    return {**SERVERS.env, "DATABASE_URL": with_database(SERVERS.env["DATABASE_URL"], name)}


@pytest.fixture
def start_worker(program_env: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., running.Running]]:
    """Starts real Celery workers: `start_worker(queues=…, processes=…, **environment)`.

    Give the test `@pytest.mark.django_db(transaction=True)`: a worker sees committed rows only.
    """
    started: list[running.Running] = []

    def start(*, queues: str = "default,photos", processes: int = 1, **environment: str) -> running.Running:
        env = {**program_env, **environment}
        started.append(running.start_worker(env, tmp_path, queues=queues, processes=processes))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def start_beat(
    program_env: dict[str, str], servers: Servers, tmp_path: Path
) -> Iterator[Callable[..., running.Running]]:
    """Starts the real clock: `start_beat(**environment)`."""
    started: list[running.Running] = []

    def start(**environment: str) -> running.Running:
        env = {**program_env, **environment}
        started.append(running.Running(programs.beat(servers.state), env, tmp_path / "beat.log"))
        return started[-1]

    yield start
    for beat in started:
        beat.stop()


@pytest.fixture
def celery_worker_process(start_worker: Callable[..., running.Running]) -> running.Running:
    """One real worker for all queues, working on this test's database and broker."""
    return start_worker()
