"""Places in the administrator's pages: to look and to correct a name; shapes come from imports."""

from django.contrib import admin

from places.models import Area, LandParcel, PatrolArea


@admin.register(Area)
class AreaAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "parent", "source", "reference"]
    list_filter = ["kind", "source"]
    search_fields = ["name", "reference"]
    exclude = ["boundary"]
    autocomplete_fields = ["parent"]


@admin.register(LandParcel)
class LandParcelAdmin(admin.ModelAdmin):
    list_display = ["reference", "land_type", "owner", "owner_name", "source"]
    list_filter = ["land_type", "source"]
    search_fields = ["reference", "owner_name"]
    exclude = ["boundary"]


@admin.register(PatrolArea)
class PatrolAreaAdmin(admin.ModelAdmin):
    list_display = ["person", "area"]
    list_select_related = ["person", "area"]
