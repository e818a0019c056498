"""A server whose app can be published anew while phones have the old one open."""

from __future__ import annotations

import contextlib
import http.client
import mimetypes
import shutil
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from deploy import installs
from deploy.state import CHECKOUT

PWA = CHECKOUT / "pwa"
# Marks of the connection between two neighbours, which must not travel on.
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def build_with(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """Another version of the app: (file, words, other words) changed, built as any version is."""
    installs.ensure_npm(PWA)
    made_anew = shutil.ignore_patterns("node_modules", "dist")
    copy = Path(shutil.copytree(PWA, folder / "pwa", ignore=made_anew))
    (copy / "node_modules").symlink_to(PWA / "node_modules")
    for name, words, other in changes:
        text = (copy / name).read_text()
        assert words in text, f"{name} no longer says {words!r}"
        (copy / name).write_text(text.replace(words, other))
    done = subprocess.run(["npm", "run", "build"], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return copy / "dist"


class Publisher:
    """Serves one built app at a time; everything that is no file of it goes to the real server."""

    def __init__(self, app: Path, behind: str) -> None:
        self.app = app
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, behind))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def publish(self, app: Path) -> None:
        """From now on only the files of this version are there."""
        self.app = app

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(publisher: Publisher, behind: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

        def _answer(self) -> None:
            path = urllib.parse.urlsplit(self.path).path
            file = publisher.app / path.lstrip("/")
            if path.startswith("/assets/") and not file.is_file():
                self._say(404, {}, b"")
            elif self.command == "GET" and path != "/" and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._say(200, {"Content-Type": kind, "Cache-Control": "no-cache"}, file.read_bytes())
            elif self.command == "GET" and not path.startswith(("/api/", "/basemap/", "/readyz")):
                page = (publisher.app / "index.html").read_bytes()
                self._say(200, {"Content-Type": "text/html; charset=utf-8", "X-Sightline": "1"}, page)
            else:
                self._pass_on()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

        def _pass_on(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            connection = http.client.HTTPConnection(urllib.parse.urlsplit(behind).netloc, timeout=30)
            connection.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
            answer = connection.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            connection.close()
            if self.command != "HEAD":
                # The phone may have gone meanwhile.
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(body)

        def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
