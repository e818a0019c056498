"""The one error shape: RFC 9457 problem+json. docs/problems.md lists every code."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from ledger.problems import PROBLEMS, Problem

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


def problem_body(problem: Problem) -> dict[str, Any]:
    """The JSON body of a problem: type, title, status, detail, code, errors."""
    status, title = PROBLEMS[problem.code]
    return {
        "type": f"/problems/{problem.code}",
        "title": title,
        "status": status,
        "detail": problem.detail or title,
        "code": problem.code,
        "errors": problem.errors,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: any refusal becomes a problem; a fault stays a fault (500)."""
    problem = _to_problem(error)
    if problem is None:
        return None
    body = problem_body(problem)
    response = Response(body, status=body["status"], content_type=MEDIA_TYPE)
    wait = getattr(error, "wait", None) or problem.retry_after_s
    if wait:
        response["Retry-After"] = str(int(wait))
    if body["status"] == 401:
        response["WWW-Authenticate"] = "Session"
    return response


_BY_CLASS: list[tuple[type[Exception], str]] = [
    (exceptions.NotAuthenticated, "sign_in_needed"),
    (exceptions.AuthenticationFailed, "sign_in_needed"),
    (exceptions.PermissionDenied, "not_allowed"),
    (DjangoPermissionDenied, "not_allowed"),
    (exceptions.NotFound, "not_found"),
    (Http404, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "too_many_attempts"),
    (exceptions.ParseError, "unreadable"),
    (RequestDataTooBig, "body_too_large"),
]


def _to_problem(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        return Problem.from_validation(error.detail)
    for cls, code in _BY_CLASS:
        if isinstance(error, cls):
            detail = str(getattr(error, "detail", "")) if code in {"unreadable", "unsupported_media_type"} else None
            if code == "not_allowed" and "CSRF" in str(error):
                code = "csrf_failed"
            return Problem(code, detail=detail)
    return None


def _json_problem(code: str) -> HttpResponse:
    body = problem_body(Problem(code))
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return _json_problem("not_found")


def server_fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500: says that nothing was saved and that trying again is right."""
    return _json_problem("server_fault")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400, for hosts and headers that Django itself refuses."""
    return _json_problem("unreadable")
