"""`manage.py demo_sign_ins`: who can sign in to the demo, and how."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Person
from backend.demo import people


class Command(BaseCommand):
    help = "List the demo's people with their sign-ins; says nothing where there is no demo."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {one.username: one for one in people.PEOPLE}
        here = {
            person.username: person
            for person in Person.objects.filter(username__in=wanted).select_related("organisation")
            if person.name == wanted[person.username].name
        }
        if not here:
            return
        self.stdout.write(f"Sign in with the password  {people.PASSWORD}  as")
        for username, one in wanted.items():
            if username in here:
                person = here[username]
                place = f"{person.get_role_display()}, {person.organisation.short_name}"
                self.stdout.write(f"  {username:<11} {place:<34} {one.does}".rstrip())
