from django.contrib import admin

from audits.models import Audit, Defect, Sighting
from ledger.admin import ReadOnly


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    list_display = ["id", "kind", "area", "led_by", "started_at", "ended_at"]


@admin.register(Defect)
class DefectAdmin(ReadOnly):
    list_display = [
        "reference",
        "category",
        "severity",
        "status",
        "ward",
        "owner_organisation",
        "received_at",
    ]
    list_filter = ["status", "owner_organisation"]
    search_fields = ["number"]


@admin.register(Sighting)
class SightingAdmin(ReadOnly):
    list_display = ["id", "kind", "to", "ward", "received_at", "closed_at"]
    list_filter = ["to", "kind"]
