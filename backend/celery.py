"""The Celery application. Settings with the prefix ``CELERY_`` belong to it."""

import os

from celery import Celery
from celery.signals import setup_logging
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
