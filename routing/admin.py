"""Routes and targets in Django's admin, until the desk has a page for them."""

from django.contrib import admin

from routing.models import Calendar, Closure, OpeningHours, Route, ServiceLevel


class ClosureInline(admin.TabularInline):
    model = Closure
    extra = 0


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "version", "region"]
    inlines = [OpeningHoursInline, ClosureInline]


@admin.register(ServiceLevel)
class ServiceLevelAdmin(admin.ModelAdmin):
    list_display = ["code", "version", "name", "clock", "amount", "valid_from", "valid_until"]
    list_filter = ["clock"]


@admin.register(Route)
class RouteAdmin(admin.ModelAdmin):
    list_display = [
        "position",
        "name",
        "organisation",
        "service_level",
        "valid_from",
        "valid_until",
    ]
    list_display_links = ["name"]
    list_filter = ["organisation", "service_level"]
    list_select_related = ["organisation", "service_level"]
    search_fields = ["name", "code"]
