"""What beat starts in this room."""

from celery import shared_task
from django.utils import timezone

from audits import checking_in, reminding, tracks


@shared_task(name="audits.remind_of_actions")
def remind_of_actions() -> int:
    """Remind of actions that are due within a week or overdue; returns how many."""
    return reminding.remind_of_actions(today=timezone.localdate())


@shared_task(name="audits.watch_check_ins")
def watch_check_ins() -> int:
    """Say which check-ins were missed, and again while nobody answers; returns how often something was said."""
    return checking_in.watch_check_ins()


@shared_task(name="audits.forget_tracks")
def forget_tracks() -> int:
    """Delete routes that are older than 90 days; returns how many stretches."""
    return tracks.forget_tracks()
