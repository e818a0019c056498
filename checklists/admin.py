"""The categories, to look at: they are changed in the library, not here."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from checklists.models import Category, CategoryGroup, FlyTippingCode


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Category)
class CategoryAdmin(ReadOnly):
    list_display = ["code", "label", "group", "severity", "default_service_level", "retired"]
    list_filter = ["group", "severity", "default_service_level", "retired", "fly_tipping"]
    search_fields = ["code", "label", "words"]


@admin.register(CategoryGroup)
class CategoryGroupAdmin(ReadOnly):
    list_display = ["code", "label", "position", "retired"]


@admin.register(FlyTippingCode)
class FlyTippingCodeAdmin(ReadOnly):
    list_display = ["list", "code", "label", "defra_heading", "retired"]
    list_filter = ["list", "retired"]
