from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

_UNFINISHED = Q(status__in=["accepted", "in_progress", "open", "paused"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0008_acknowledge_and_uplift")]

    operations: ClassVar = [
        migrations.RemoveIndex("job", "jobs_due_list"),
        migrations.RemoveIndex("job", "jobs_due_everywhere"),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["organisation", "due_at", "id"],
                include=["status", "at_risk_at"],
                condition=_UNFINISHED,
                name="jobs_due_list",
            ),
        ),
        migrations.AddIndex(
            "job",
            models.Index(
                fields=["due_at", "id"],
                include=["status", "at_risk_at", "organisation"],
                condition=_UNFINISHED,
                name="jobs_due_everywhere",
            ),
        ),
    ]
