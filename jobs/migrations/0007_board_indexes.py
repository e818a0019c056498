from typing import ClassVar

from django.db import migrations, models
from django.db.models import F, Q

_UNFINISHED = ["accepted", "in_progress", "open", "paused"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0006_two_jobs_and_bulk_changes")]

    operations: ClassVar = [
        migrations.RemoveIndex("job", "jobs_by_status"),
        migrations.RemoveIndex("job", "jobs_done"),
        migrations.AddIndex("job", models.Index(fields=["status", "organisation", "due_at"], name="jobs_of_status")),
        migrations.AddIndex("job", models.Index(fields=["done_at", "organisation"], name="jobs_done_at")),
        migrations.AddIndex(
            "job",
            models.Index(F("due_at") - F("at_risk_at"), condition=Q(status__in=_UNFINISHED), name="jobs_warning"),
        ),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["due_at", "id"],
                condition=Q(status__in=_UNFINISHED, escalated_level__gt=0),
                name="jobs_escalated",
            ),
        ),
    ]
