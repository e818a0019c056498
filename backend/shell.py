"""Serves the built PWA: one page for every screen, and its service worker."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

_NOT_BUILT = "The app is not built yet. Run: make setup\n"
# Scripts, styles, pictures and data come from this origin only; MapLibre's worker needs blob:.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob: {photos}; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self' {photos}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@require_safe
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """The page that every path of the PWA begins with. Never cached: it names the newest assets."""
    response = _file("index.html", "text/html; charset=utf-8")
    response["Content-Security-Policy"] = _POLICY.format(photos=settings.S3_PUBLIC_ENDPOINT).replace("  ", " ")
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which browsers must always ask for anew."""
    return _file("sw.js", "text/javascript; charset=utf-8")


def _file(name: str, content_type: str) -> HttpResponse:
    path = settings.PWA_DIST / name
    if not path.is_file():
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(path.read_bytes(), content_type=content_type)
    response["Cache-Control"] = "no-cache"
    return response
