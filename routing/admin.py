"""Routes, targets and calendars in Django's admin, to look at: the desk's pages change them, by versions."""

from typing import Any

from django.contrib import admin

from routing.models import Calendar, Closure, OpeningHours, Route, ServiceLevel


class Kept:
    """A row that jobs point at is never changed or deleted: a change is a new version of it."""

    def has_add_permission(self, *_args: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        return False


class ClosureInline(Kept, admin.TabularInline):
    model = Closure
    extra = 0


class OpeningHoursInline(Kept, admin.TabularInline):
    model = OpeningHours
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(Kept, admin.ModelAdmin):
    list_display = ["name", "code", "version", "region"]
    inlines = [OpeningHoursInline, ClosureInline]


@admin.register(ServiceLevel)
class ServiceLevelAdmin(Kept, admin.ModelAdmin):
    list_display = ["code", "version", "name", "clock", "amount", "valid_from", "valid_until"]
    list_filter = ["clock"]


@admin.register(Route)
class RouteAdmin(Kept, admin.ModelAdmin):
    list_display = [
        "position",
        "name",
        "version",
        "organisation",
        "service_level",
        "valid_from",
        "valid_until",
    ]
    list_display_links = ["name"]
    list_filter = ["organisation", "service_level", ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organisation", "service_level"]
    search_fields = ["name", "code"]
