"""A database of its own with a million open jobs, filled by the database itself; the parts that need one share it.

with million.database(bench) as env:   # the environment for programs that are to work on it
    ...                                # Django in this process works on it too
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from tests import running
from tests.servers import with_database

if TYPE_CHECKING:
    from tests.load.parts import Bench

JOBS = 1_000_000
DATABASE = "sightline_million"

# What differs from job to job. Two of a hundred are late, by up to thirty days; the others fall due within
# sixty days. Twelve of twenty wait to be taken on, one is paused. Seven of ten are EMS's.
_DIFFERENCES = """
CREATE TEMP TABLE million AS
SELECT gen_random_uuid() AS defect_id, gen_random_uuid() AS job_id,
    CASE WHEN random() < 0.7 THEN %(ems)s::uuid ELSE %(housing)s::uuid END AS organisation_id,
    wards[1 + floor(random() * cardinality(wards))::int] AS ward_id,
    categories[1 + floor(random() * cardinality(categories))::int] AS category_id,
    (ARRAY['open','open','open','open','open','open','open','open','open','open','open','open','accepted','accepted',
        'accepted','accepted','in_progress','in_progress','in_progress','paused'])
        [1 + floor(random() * 20)::int] AS status,
    1 + floor(random() * 4)::int AS severity,
    floor(random() * 400)::int AS street,
    ST_SetSRID(ST_MakePoint(-0.92 + random() * 0.08, 52.23 + random() * 0.02), 4326) AS point,
    now() + CASE WHEN random() < 0.02 THEN -random() * interval '30 days' ELSE random() * interval '60 days' END
        AS due_at
FROM generate_series(1, %(jobs)s),
    (SELECT array_agg(id) AS wards FROM places_area) AS ward,
    (SELECT array_agg(code) AS categories FROM checklists_category) AS category
"""
_RECEIVED = "least(now(), million.due_at) - interval '1 day'"
_DEFECT = {
    "id": "million.defect_id",
    "number": "nextval('audits_defect_number')",
    "category_id": "million.category_id",
    "severity": "million.severity",
    "point": "million.point",
    "ward_id": "million.ward_id",
    "owner_organisation_id": "million.organisation_id",
    "street_text": "'Street ' || million.street",
    "observed_at": _RECEIVED,
    "recorded_at": _RECEIVED,
    "received_at": _RECEIVED,
}
_JOB = {
    "id": "million.job_id",
    "number": "nextval('jobs_job_number')",
    "defect_id": "million.defect_id",
    "organisation_id": "million.organisation_id",
    "status": "million.status",
    "due_at": "million.due_at",
    "gross_due_at": "million.due_at",
    "at_risk_at": "million.due_at - interval '4 hours'",
    "clock_started_at": _RECEIVED,
    "opened_at": _RECEIVED,
    "accepted_at": f"CASE WHEN million.status IN ('accepted', 'in_progress') THEN {_RECEIVED} END",
    "started_at": f"CASE WHEN million.status = 'in_progress' THEN {_RECEIVED} END",
    "paused_at": f"CASE WHEN million.status = 'paused' THEN {_RECEIVED} END",
}


@contextmanager
def database(bench: Bench) -> Iterator[dict[str, str]]:
    """The environment of a database with `JOBS` unfinished jobs of Testford (`tests.towns`), made on the first
    call and kept until the bench ends. Inside, Django of this process is connected to it.
    """
    bench.address  # noqa: B018 - starts the stack, whose servers hold it
    env = {**os.environ, "DATABASE_URL": with_database(os.environ["DATABASE_URL"], DATABASE)}
    is_new = _create(os.environ["DATABASE_URL"])
    if is_new:
        running.manage(["migrate", "--no-input", "-v", "0"], env)
    with _connected_to(DATABASE):
        if is_new:
            fill(JOBS)
        yield env


def fill(jobs: int) -> None:
    """Testford with its people, and that many open jobs, in the database that Django is connected to.

    Each is a copy of one that the verbs made, so that no column is forgotten, but for what differs.
    """
    from django.db import connection
    from django.test.utils import override_settings

    from audits.models import Defect
    from jobs.models import Job
    from tests import cast, towns
    from tests.jobs.stories import job_at

    town = towns.testford()
    for role in ("dispatcher", "manager", "crew"):
        for about in (None, cast.EMS, cast.HOUSING):
            cast.person(role, of=about)
    # The pattern comes in by the phones' door, as a test client knocks.
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        pattern = job_at()
    with connection.cursor() as sql:
        # The rows are made to fit each other; a million look-ups would only say so again.
        sql.execute("SET session_replication_role = replica")
        sql.execute("SET synchronous_commit = off")
        sql.execute("SELECT setseed(0.42)")
        sql.execute(_DIFFERENCES, {"ems": town.ems.pk, "housing": town.housing.pk, "jobs": jobs})
        sql.execute(_copies(Defect, _DEFECT), [pattern.defect_id])
        sql.execute(_copies(Job, _JOB), [pattern.pk])
        sql.execute("DROP TABLE million")
        sql.execute("RESET session_replication_role")
        sql.execute("RESET synchronous_commit")
        # As autovacuum leaves it: statistics, and pages that are known to be visible to all.
        sql.execute("VACUUM ANALYZE")


def _copies(model: Any, differences: dict[str, str]) -> str:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_concrete_fields]
    values = [differences.get(column, f"pattern.{column}") for column in columns]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM million CROSS JOIN {table} pattern WHERE pattern.id = %s"
    )


def _create(url: str) -> bool:
    """True where it was not there yet."""
    server = with_database(url, "postgres").replace("postgis://", "postgresql://")
    with psycopg.connect(server, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            return False
        connection.execute(f"create database {DATABASE}")
    return True


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
