from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from accounts import attempts
from accounts.models import Device, Organisation, Person, Team
from ledger.problems import Problem


class LimitedSignIn(AdminAuthenticationForm):
    """The admin's own sign-in counts the same failures as the app's: it is no way round the limit."""

    def clean(self) -> dict[str, Any]:
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        username = str(self.cleaned_data.get("username") or "")
        try:
            attempts.refuse_when_too_many(username=username, address=address)
        except Problem as problem:
            raise ValidationError(problem.detail or problem.title) from None
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            attempts.count_failure(username=username, address=address)
            raise
        attempts.forget(username=username, address=address)
        return cleaned


admin.site.login_form = LimitedSignIn


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "short_name", "kind", "is_council"]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "organisation"]


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    list_display = ["name", "username", "role", "organisation", "team", "is_active"]
    list_filter = ["role", "organisation"]
    search_fields = ["name", "username"]
    exclude = ["password", "last_login"]


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    list_display = ["id", "person", "user_agent", "first_seen_at", "last_seen_at", "revoked_at"]
