"""Routes and targets in Django's admin, until the desk has a page for them."""

from typing import ClassVar

from django.contrib import admin

from routing.models import Calendar, Closure, Route, ServiceLevel


class ClosureInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Closure
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: ClassVar = ["name", "code", "region"]
    inlines: ClassVar = [ClosureInline]


@admin.register(ServiceLevel)
class ServiceLevelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: ClassVar = ["code", "version", "name", "clock", "amount", "valid_from", "valid_until"]
    list_filter: ClassVar = ["clock"]


@admin.register(Route)
class RouteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display: ClassVar = [
        "position",
        "name",
        "organisation",
        "service_level",
        "valid_from",
        "valid_until",
    ]
    list_display_links: ClassVar = ["name"]
    list_filter: ClassVar = ["organisation", "service_level"]
    list_select_related: ClassVar = ["organisation", "service_level"]
    search_fields: ClassVar = ["name", "code"]
