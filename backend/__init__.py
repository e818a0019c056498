"""The Django project: wiring only, imported by nobody but Django and Celery."""

from backend.celery import app as celery_app

__all__ = ["celery_app"]
