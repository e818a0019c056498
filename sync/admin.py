"""What phones sent and was not applied, to look at: nothing that a person recorded is lost."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from ledger.admin import ReadOnly
from sync.models import Operation, OperationStatus


@admin.register(Operation)
class OperationAdmin(ReadOnly):
    list_display = ["received_at", "kind", "person", "status", "why"]
    list_filter = ["status", "kind"]
    list_select_related = ["person"]
    search_fields = ["id", "person__username"]
    ordering = ["-received_at"]

    def get_queryset(self, request: Any) -> QuerySet[Operation]:
        """Conflicts and refusals; what was applied is in the ledger."""
        return super().get_queryset(request).exclude(status=OperationStatus.APPLIED)

    @admin.display(description="why")
    def why(self, operation: Operation) -> str:
        return str(operation.answer.get("detail") or "")
