from django.contrib import admin

from accounts.models import Device, Organisation, Person, Team


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
    list_display = ["id", "person", "user_agent", "first_seen_at", "last_seen_at"]
