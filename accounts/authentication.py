"""Session sign-in for the PWA on the same origin."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class SessionSignIn(SessionAuthentication):
    """Django's session with CSRF. Answers 401, not 403, to somebody who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
