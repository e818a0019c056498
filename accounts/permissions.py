"""Who may call an endpoint. Every view names it: ``permission_classes = [may(Role.CREW)]``."""

from functools import cache
from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Person, Role
from ledger.problems import Problem

if TYPE_CHECKING:  # DRF imports this module while it builds its views
    from rest_framework.views import APIView


class NobodyYet(BasePermission):
    """The default of the API: an endpoint that does not say who may call it lets nobody in."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class AnyoneAtAll(BasePermission):
    """Also people who are not signed in."""

    roles: frozenset[str] = frozenset()

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


@cache
def may(*roles: Role) -> type[BasePermission]:
    """A permission class that lets in signed-in people of these roles."""
    allowed = frozenset(role.value for role in roles)

    class ByRole(BasePermission):
        """Signed in, and of one of ``roles``."""

        def has_permission(self, request: Request, view: "APIView") -> bool:
            person = request.user
            return bool(person and person.is_authenticated and person.role in allowed)

    ByRole.roles = allowed  # type: ignore[attr-defined]
    return ByRole


anyone_signed_in = may(*Role)


def signed_in(request: Request) -> Person:
    """Who asks, in a view whose permission lets in nobody else. Raises ``sign_in_needed``."""
    if not isinstance(request.user, Person):
        raise Problem("sign_in_needed")
    return request.user
