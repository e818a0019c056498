from typing import Any

from django.contrib import admin

from ledger.models import Delivery, Entry


class ReadOnly(admin.ModelAdmin):
    """Administrators may look, nobody may touch."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["sequence", "kind", "subject_kind", "subject_id", "at", "received_at"]
    list_filter = ["kind"]
    search_fields = ["subject_id"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["id", "reaction", "entry", "attempts", "next_attempt_at", "done_at", "last_error"]
    list_filter = ["reaction", ("done_at", admin.EmptyFieldListFilter)]
