"""Jobs, to look at: they change by their verbs, which write the ledger."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: ClassVar = ["reference", "status", "organisation", "due_at", "done_at"]
    list_filter: ClassVar = ["status", "organisation"]
    list_select_related: ClassVar = ["organisation"]
    search_fields: ClassVar = ["number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
