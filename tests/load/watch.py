"""The watch among a million open jobs: how long a tick takes in which a thousand fall due."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tests.load import million
from tests.load.figures import Figure

if TYPE_CHECKING:
    from tests.load.parts import Bench

TICKS = 5
FALL_DUE = 1_000

# The alarm of each job as if the watch had never rested: what is past was said, the next step lies ahead.
# The ladder is the one that all begin with: at the due time, 4 and 24 hours after it.
_ALARMS = """
INSERT INTO jobs_alarm (job_id, at, due_at, said)
SELECT id,
    CASE WHEN status = 'paused' THEN NULL
         WHEN at_risk_at > now() THEN at_risk_at
         WHEN due_at > now() THEN due_at
         WHEN due_at + interval '4 hours' > now() THEN due_at + interval '4 hours'
         WHEN due_at + interval '24 hours' > now() THEN due_at + interval '24 hours' END,
    due_at,
    array_remove(ARRAY[
        CASE WHEN at_risk_at <= now() THEN 'r@' END || floor(extract(epoch FROM due_at)),
        CASE WHEN due_at <= now() THEN 'b@' END || floor(extract(epoch FROM due_at)),
        CASE WHEN due_at <= now() THEN 'e1@' END || floor(extract(epoch FROM due_at)),
        CASE WHEN due_at + interval '4 hours' <= now() THEN 'e2@' END || floor(extract(epoch FROM due_at)),
        CASE WHEN due_at + interval '24 hours' <= now() THEN 'e3@' END || floor(extract(epoch FROM due_at))
    ], NULL)
FROM jobs_job WHERE status IN ('open', 'accepted', 'in_progress', 'paused')
ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, due_at = excluded.due_at, said = excluded.said
"""

# That many jobs from anywhere among the million fall due within this last second.
_FALL_DUE = """
WITH due AS (
    UPDATE jobs_job SET due_at = now() - random() * interval '1 second', at_risk_at = now() - interval '4 hours',
        gross_due_at = now()
    WHERE id IN (SELECT job_id FROM jobs_alarm WHERE at > now() + interval '1 day' ORDER BY job_id OFFSET %s LIMIT %s)
    RETURNING id, due_at
)
UPDATE jobs_alarm SET at = due.due_at, due_at = due.due_at, said = ARRAY['r@' || floor(extract(epoch FROM due.due_at))]
FROM due WHERE job_id = due.id
"""


def watch(bench: Bench) -> list[Figure]:
    """The middle and the slowest of a few ticks, and whether the plan reads the index and nothing else.

    Each job that falls due gets two entries (late; passed up to the first rung) and what follows from them.
    """
    with million.database(bench):
        return measure()


def measure() -> list[Figure]:
    """On the database that Django is connected to, which holds the million."""
    from django.db import connection

    from jobs.models import Alarm
    from jobs.watching import watch as tick

    with connection.cursor() as sql:
        sql.execute(_ALARMS)
        sql.execute("VACUUM ANALYZE jobs_alarm")
    tick()  # connects, and says what fell due meanwhile
    alarms = Alarm.objects.filter(at__isnull=False).count()
    ticks_ms, by_index = [], 0
    for number in range(TICKS):
        with connection.cursor() as sql:
            sql.execute(_FALL_DUE, [number * 150_000, FALL_DUE])
        by_index += reads_the_index_alone()
        began = time.perf_counter()
        said = tick()
        ticks_ms.append((time.perf_counter() - began) * 1000)
        if said < 2 * FALL_DUE:
            raise RuntimeError(f"only {said} things were said of {FALL_DUE} jobs that fell due")
    began = time.perf_counter()
    tick()
    idle_ms = (time.perf_counter() - began) * 1000
    return [
        Figure("watch.alarms", alarms, "jobs", 900_000, at_most=False),
        Figure("watch.tick_p50", sorted(ticks_ms)[TICKS // 2], "ms", 500),
        Figure("watch.tick_max", max(ticks_ms), "ms", 500),
        Figure("watch.tick_of_nothing", idle_ms, "ms", 50),
        Figure("watch.plans_by_index", by_index, "of 5", TICKS, at_most=False),
    ]


def reads_the_index_alone() -> bool:
    """Whether the claim's plan goes by the alarms' index, and reads no table from end to end."""
    from django.db import connection, transaction
    from django.utils import timezone

    from jobs.watching import BATCH, CLAIM

    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(f"EXPLAIN (FORMAT json) {CLAIM}", [timezone.now(), BATCH])
        plan = json.dumps(sql.fetchone()[0])
    return '"jobs_alarm_due"' in plan and "Seq Scan" not in plan
