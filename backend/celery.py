"""The Celery application. Settings with the prefix ``CELERY_`` belong to it."""

import contextlib
import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

app = Celery("sightline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Django's LOGGING stays in force: Celery must not put its own in place."""
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def let_go_of_broken_connections(**_: object) -> None:
    """A database that was away is asked anew, as Django does between two requests."""
    from django.db import close_old_connections

    close_old_connections()


@worker_init.connect
def yield_to_receiving(**_: object) -> None:
    """What follows a record gives way to the phones that still send, where they share a machine.

    A session's niceness counts only within itself where the kernel groups sessions (autogroup), so
    the group is told as well.
    """
    os.nice(10)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("10")
