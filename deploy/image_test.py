"""`make image-test`: build the container image without an engine, boot it, and ask it for a page.

Needs root on Debian. Buildah builds with chroot isolation, so this works inside a
container too. The base image is made by debootstrap; nothing is pulled.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from deploy import packages, processes, services  # noqa: E402
from deploy.state import CHECKOUT, CannotGoOn, State  # noqa: E402

BASE = "debian:bookworm-slim"
IMAGE = "localhost/sightline:test"
CERTIFICATES = Path("/usr/local/share/ca-certificates")
TOOLS = (
    packages.Part("buildah", lambda: bool(shutil.which("buildah")), ("buildah", "runc")),
    packages.Part("debootstrap", lambda: bool(shutil.which("debootstrap")), ("debootstrap",)),
)


def main() -> None:
    if os.geteuid() != 0:
        raise CannotGoOn("The image test needs root: buildah and debootstrap do.")
    packages.ensure((*packages.TO_RUN, *TOOLS))
    ensure_base()
    say("Building the image …")
    build = ["buildah", "bud", "--isolation", "chroot", "--network", "host", "--pull-never", "--layers"]
    # Docker's own format: the OCI one knows no health check.
    build += ["--format", "docker", "-t", IMAGE, "-f", "deploy/Dockerfile", "."]
    subprocess.run(build, cwd=CHECKOUT, check=True)
    container = processes.run(["buildah", "from", "--pull-never", IMAGE]).strip()
    with tempfile.TemporaryDirectory(prefix="sightline-image-") as folder:
        state = State.at(Path(folder) / "state")
        try:
            boot(container, state)
            size = processes.run(["buildah", "images", "--format", "{{.Size}}", IMAGE]).strip()
            say(f"The image is right: {size}.")
        finally:
            services.stop(state)
            processes.run(["buildah", "rm", container])


def ensure_base() -> None:
    """A local image of the base's name: Debian's smallest system, with this machine's certificates."""
    known = processes.run(["buildah", "images", "--format", "{{.Name}}:{{.Tag}}"])
    if f"localhost/{BASE}" in known:
        return
    say(f"Making {BASE} …")
    with tempfile.TemporaryDirectory(prefix="sightline-base-") as folder:
        processes.run(["debootstrap", "--variant=minbase", "bookworm", folder])
        root = Path(folder)
        trust_this_machine(root)
        container = processes.run(["buildah", "from", "scratch"]).strip()
        processes.run(["buildah", "add", container, folder, "/"])
        processes.run(["buildah", "commit", "--rm", container, f"localhost/{BASE}"])


def trust_this_machine(root: Path) -> None:
    """Where a proxy with a certificate of its own stands before the registries, trust it too."""
    if not any(CERTIFICATES.glob("*.crt")):
        return
    shutil.copytree(CERTIFICATES, root / CERTIFICATES.relative_to("/"), dirs_exist_ok=True)
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    (root / "etc/pip.conf").write_text(f"[global]\ncert = {bundle}\n")
    (root / "root/.npmrc").write_text(f"cafile={bundle}\n")


def boot(container: str, state: State) -> None:
    """Start the web program in the image against real servers, and look at what it answers."""
    env = services.start(state)
    # Inside, the state folder is the image's own.
    env["SIGHTLINE_STATE"] = "/var/lib/sightline"
    env |= {"SIGHTLINE_HOSTS": "127.0.0.1", "SIGHTLINE_ENVIRONMENT": "production"}
    port = state.port("web")
    env["SIGHTLINE_BIND"] = f"127.0.0.1:{port}"
    refused = subprocess.run(
        inside(container, {}, "python3", "manage.py", "check"), capture_output=True, text=True, check=False
    )
    expect("SIGHTLINE_SECRET_KEY" in refused.stderr, "it refuses to start in production without a secret")
    user = processes.run(inside(container, {}, "id", "-u")).strip()
    expect(user == "10001", "it does not run as root")
    for command in ("migrate", "collectstatic"):
        processes.run(inside(container, env, "python3", "manage.py", command, "--no-input"))
    server = inside(container, env, "gunicorn", "-c", "deploy/gunicorn.conf.py", "backend.wsgi")
    with state.path("web.log").open("w") as log:
        web = subprocess.Popen(server, stdout=log, stderr=log, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        processes.wait_until(
            lambda: status(f"{address}/readyz") == 200, seconds=60, what="The image did not become ready"
        )
        expect(status(f"{address}/healthz") == 200, "it is healthy and ready")
        expect(status(f"{address}/") == 200, "it serves the app")
        expect(status(f"{address}/api/session") == 200, "it serves the API")
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(30)


def inside(container: str, env: dict[str, str], *command: str) -> list[str]:
    """A command run in the container, on the host's network, by the image's own user."""
    settings = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
    return [
        "buildah",
        "run",
        "--isolation",
        "chroot",
        "--network",
        "host",
        *settings,
        container,
        "--",
        *command,
    ]


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def expect(holds: bool, what: str) -> None:
    say(f"{'ok  ' if holds else 'FAIL'} {what}")
    if not holds:
        raise CannotGoOn(f"The image is not right: {what}.")


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    try:
        main()
    except CannotGoOn as problem:
        sys.exit(f"sightline: {problem}")
