"""The container files are sound, agree with `make run`, and start nothing without passwords."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import installs, programs
from deploy.compose_env import compose_env
from deploy.state import CHECKOUT

COMPOSE = CHECKOUT / "docker-compose.yml"
DOCKERFILE = CHECKOUT / "deploy/Dockerfile"
BIN = Path(sys.executable).parent
PASSWORDS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "S3_SECRET_KEY", "SIGHTLINE_SECRET_KEY")


def accepts(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
    return services


def test_compose_file_follows_the_specification() -> None:
    accepts(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_compose_file_pleases_its_linter() -> None:
    installs.ensure_npm(installs.LINTERS)
    linter = installs.LINTERS / "node_modules/.bin/dclint"
    accepts(linter, "-c", "deploy/lint/dclint.yaml", "--max-warnings", "0", COMPOSE)


def test_dockerfile_pleases_its_linter() -> None:
    accepts(BIN / "hadolint", "-c", "deploy/hadolint.yaml", DOCKERFILE)


def test_every_stage_stands_on_the_same_base() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE)
    assert set(bases) == {"debian:bookworm-slim", "base"}


@pytest.mark.parametrize("password", PASSWORDS)
def test_compose_refuses_to_start_without_a_password(password: str) -> None:
    uses = re.findall(r"\$\{" + password + r"([^}]*)\}", COMPOSE.read_text())
    assert uses, f"{password} is not used"
    assert all(use.startswith(":?") for use in uses), uses


def test_example_of_the_env_file_holds_no_value_and_every_name() -> None:
    text = (CHECKOUT / "deploy/compose.env.example").read_text()
    assert re.findall(r"^\w+=\S+", text, re.MULTILINE) == []
    needed = set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text()))
    assert needed == set(re.findall(r"^(\w+)=$", text, re.MULTILINE))


def test_made_env_file_has_every_name_and_fresh_passwords() -> None:
    first, second = (dict(line.split("=", 1) for line in compose_env("a.test").split()) for _ in "12")
    assert set(first) == set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text()))
    assert len({first[name] for name in PASSWORDS} | {second[name] for name in PASSWORDS}) == 8
    assert all(len(first[name]) >= 32 for name in PASSWORDS)


def test_every_lasting_service_has_a_health_check_and_every_image_a_version(
    services: dict[str, dict[str, Any]],
) -> None:
    assert [name for name, one in services.items() if name != "migrate" and "healthcheck" not in one] == []
    images = {one["image"] for one in services.values()}
    assert [image for image in images if not re.search(r":[\w${.:-]*\d|:local", image)] == []


def test_data_lives_in_named_volumes(services: dict[str, dict[str, Any]]) -> None:
    named = yaml.safe_load(COMPOSE.read_text())["volumes"]
    mounts = [mount for one in services.values() for mount in one.get("volumes", [])]
    own = [mount for mount in mounts if not mount.endswith(":ro")]
    assert {mount.split(":")[0] for mount in own} == set(named)


def test_only_caddy_is_reachable_from_outside(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, one in services.items() if one.get("ports")] == ["caddy"]


@pytest.mark.parametrize(("queue", "processes"), [("default", 2), ("photos", 1)])
def test_containers_start_the_same_workers_as_make_run(
    services: dict[str, dict[str, Any]], queue: str, processes: int
) -> None:
    run = [part.removeprefix(f"{installs.VENV}/bin/") for part in programs.worker(queue, processes).command]
    assert services[f"{queue}-worker"]["command"] == run


def test_compose_sets_only_settings_that_exist(services: dict[str, dict[str, Any]]) -> None:
    settings = (CHECKOUT / "backend/settings.py").read_text()
    settings += (CHECKOUT / "deploy/gunicorn.conf.py").read_text()
    unknown = [name for name in services["web"]["environment"] if f'"{name}"' not in settings]
    assert unknown == []


def test_seaweed_sends_no_telemetry(services: dict[str, dict[str, Any]]) -> None:
    assert "-master.telemetry=false" in services["seaweed"]["command"]
