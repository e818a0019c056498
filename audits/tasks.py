"""What beat starts in this room."""

from celery import shared_task
from django.utils import timezone

from audits import reminding


@shared_task(name="audits.remind_of_actions")
def remind_of_actions() -> int:
    """Remind of actions that are due within a week or overdue; returns how many."""
    return reminding.remind_of_actions(today=timezone.localdate())
