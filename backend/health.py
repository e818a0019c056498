"""``/healthz``: this process answers. ``/readyz``: database, broker and photo storage do, too."""

from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from media import storage

log = structlog.get_logger(__name__)


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process runs."""
    return JsonResponse({"alive": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503; the body says which does not."""
    parts = {name: _works(name, check) for name, check in _CHECKS.items()}
    return JsonResponse({"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)


def _works(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception as error:  # whatever fails here is the answer, not a fault of the check
        log.warning("not_ready", part=name, error=f"{type(error).__name__}: {error}")
        return False
    return True


def _database() -> None:
    with connection.cursor() as sql:
        sql.execute("SELECT postgis_lib_version()")


def _broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
        broker.ping()


_CHECKS: dict[str, Callable[[], None]] = {"database": _database, "broker": _broker, "storage": storage.check}
