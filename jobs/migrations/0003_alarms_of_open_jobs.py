"""Jobs that are open already get their alarm; what passed unsaid is said by the first tick, in order."""

from typing import ClassVar

from django.db import migrations

FORWARD = """
INSERT INTO jobs_alarm (job_id, at, due_at, said)
SELECT id, CASE WHEN paused_at IS NULL THEN least(at_risk_at, due_at) END, due_at, '{}'
FROM jobs_job WHERE status IN ('open', 'accepted', 'in_progress', 'paused')
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0002_alarms_and_links")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
