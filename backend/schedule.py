"""What Celery beat starts by the clock. Work that follows from a change is in reactions.py."""

from backend.environment import env_int

SCHEDULE = {
    "sweep the outbox": {
        "task": "ledger.sweep",
        "schedule": float(env_int("SIGHTLINE_SWEEP_SECONDS", 5, least=1)),
        # A sweep that waited longer than this has been overtaken by the next one.
        "options": {"expires": 30},
    },
    "watch the clocks of jobs": {
        "task": "jobs.watch",
        "schedule": float(env_int("SIGHTLINE_WATCH_SECONDS", 15, least=1)),
        # What is due then is due to the next one too.
        "options": {"expires": 30},
    },
    "watch the check-ins of audits": {
        "task": "audits.watch_check_ins",
        "schedule": float(env_int("SIGHTLINE_WATCH_SECONDS", 15, least=1)),
        "options": {"expires": 30},
    },
    "forget the routes of old audits": {
        "task": "audits.forget_tracks",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "hand over the jobs of contracts that ended": {
        "task": "jobs.change_over",
        # Within the first hour of the day after; a day on which nothing ended costs one query.
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "remind of actions of plans": {
        "task": "audits.remind_of_actions",
        # Within the first hour of a day; each reminder is given once, so that later looks cost one query.
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget old beginnings of photos": {
        "task": "media.forget_old_pieces",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600, "queue": "photos"},
    },
    "throw away old files of reports": {
        "task": "insight.forget_old_files",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600, "queue": "photos"},
    },
    "send news that are due": {
        "task": "news.send_due",
        "schedule": float(env_int("SIGHTLINE_NEWS_SECONDS", 10, least=1)),
        # A slow push service or mail server must not keep routing waiting.
        "options": {"expires": 30, "queue": "photos"},
    },
    "apply what waits": {
        "task": "sync.apply_waiting",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}
