"""``/unsubscribe/<token>``: no e-mail any more, by the link in each of them. Needs no sign-in.

Opening it changes nothing (mail programs open links by themselves); its button does, and so does a mail
program's own one-click request (RFC 8058).
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from news import actions

_SALT = "news.unsubscribe"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def path_for(person_id: str) -> str:
    """The signed path for one person. It holds as long as the server's key does: old e-mails must work, too."""
    return f"/unsubscribe/{signing.dumps(person_id, salt=_SALT)}"


# The token is the proof; a mail program's request brings no cookie that could be misused.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link, and what its button does."""
    person = _person(token)
    if person is None:
        return _page(request, "unknown", status=404)
    if request.method == "POST":
        actions.unsubscribe(person=person)
        return _page(request, "done")
    return _page(request, "ask")


def _person(token: str) -> Person | None:
    try:
        return Person.objects.filter(pk=UUID(signing.loads(token, salt=_SALT))).first()
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def _page(request: HttpRequest, state: str, *, status: int = 200) -> HttpResponse:
    response = render(request, "news/unsubscribe.html", {"state": state}, status=status)
    response["Content-Security-Policy"] = _POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
