"""Session sign-in for the PWA on the same origin."""

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from accounts.devices import note_seen, refuse_locked
from ledger.problems import Problem

PERSON_HEADER = "X-Sightline-Person"


class SessionSignIn(SessionAuthentication):
    """Django's session with CSRF. Answers 401, not 403, to somebody who is not signed in.

    A phone that sends what somebody recorded names them in ``X-Sightline-Person``. Where another
    person has signed in meanwhile (in another tab, or between two requests), nothing of it is taken
    as theirs. Clients of earlier releases send no such header.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The person of the session. Raises ``device_revoked`` and ``signed_in_as_another``."""
        refuse_locked(request._request)
        found = super().authenticate(request)
        named = request.headers.get(PERSON_HEADER, "").strip().lower()
        if found is not None and named and named != str(found[0].pk):
            raise Problem("signed_in_as_another", detail="This is another person's work. Sign in as them to send it.")
        if found is not None:
            note_seen(request=request._request, person=found[0])
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Session"
