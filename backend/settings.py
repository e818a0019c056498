"""Every setting of the server. Operators set the environment; docs/settings.md explains each."""

from pathlib import Path

import dj_database_url
import structlog
from django.core.exceptions import ImproperlyConfigured

from backend.environment import env_bool, env_choice, env_int, env_list, env_text, is_p256_key, refuse_half_set

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env_text("SIGHTLINE_STATE", str(BASE_DIR / "var" / "state")))

ENVIRONMENT = env_choice("SIGHTLINE_ENVIRONMENT", "development", {"development", "production"})
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env_bool("SIGHTLINE_DEBUG", False)
DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = env_text("SIGHTLINE_SECRET_KEY", DEVELOPMENT_KEY)
ALLOWED_HOSTS = env_list("SIGHTLINE_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = env_list("SIGHTLINE_ORIGINS")
# Whether a proxy of ours stands before this server and says who asks in X-Forwarded-For.
BEHIND_PROXY = env_bool("SIGHTLINE_BEHIND_PROXY", False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "rest_framework",
    "drf_spectacular",
    "django_structlog",
    "backend",
    "sync",
    "insight",
    "news",
    "jobs",
    "routing",
    "audits",
    "checklists",
    "places",
    "media",
    "accounts",
    "ledger",
]

MIDDLEWARE = [
    "backend.middleware.AddressFromProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backend.middleware.OurAnswer",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

# Debian 12's GDAL is 3.6. Only operators, at the command line, hand files to it.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# ── Database, broker, cache ──────────────────────────────────────────────────
DATABASE_URL = env_text("DATABASE_URL", "postgis://sightline@127.0.0.1:54420/sightline")
DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=600),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
    }
}
REDIS_URL = env_text("REDIS_URL", "redis://127.0.0.1:63420/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A killed worker's message comes back within seconds, not after Redis' default hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TIMEZONE = "UTC"
# A worker keeps its database connection between tasks; backend/celery.py lets go of a broken one.
CELERY_DB_REUSE_MAX = 10_000
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")

SWEEP_SECONDS = env_int("SIGHTLINE_SWEEP_SECONDS", 5, least=1)
LOST_AFTER_SECONDS = env_int("SIGHTLINE_LOST_AFTER_SECONDS", 10, least=1)
# After so long a defect that was not fixed after all is a new decision, with a new clock.
REOPEN_DAYS = env_int("SIGHTLINE_REOPEN_DAYS", 28, least=1)
WATCH_SECONDS = env_int("SIGHTLINE_WATCH_SECONDS", 15, least=1)
LEDGER_REACTIONS = "backend.reactions.REACTIONS"

# ── People and sessions ──────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.Person"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_AGE = env_int("SIGHTLINE_SESSION_DAYS", 30, least=1) * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SIGN_IN_FAILURES_PER_PERSON = env_int("SIGHTLINE_SIGN_IN_FAILURES", 10, least=1)
SIGN_IN_FAILURES_PER_ADDRESS = env_int("SIGHTLINE_SIGN_IN_FAILURES_PER_ADDRESS", 100, least=1)
SIGN_IN_WINDOW_SECONDS = env_int("SIGHTLINE_SIGN_IN_WINDOW_SECONDS", 300, least=1)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    if SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 32:
        raise ImproperlyConfigured("Set SIGHTLINE_SECRET_KEY to a random text of at least 32 characters.")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("Set SIGHTLINE_HOSTS to the host names that this server answers to.")
    if DEBUG:
        raise ImproperlyConfigured("SIGHTLINE_DEBUG must be off in production.")

# ── The API ──────────────────────────────────────────────────────────────────
MAX_BODY_BYTES = env_int("SIGHTLINE_MAX_BODY_BYTES", 2_000_000, least=1000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionSignIn"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.NobodyYet"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.parsing.GuardedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.errors.as_problem",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sightline",
    "DESCRIPTION": "Environmental Visual Audits: from the street to a job with an owner and a clock.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PERMISSIONS": ["accounts.permissions.AnyoneAtAll"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "backend.schema.add_problem",
    ],
    "ENUM_NAME_OVERRIDES": {
        "DefectStatus": "audits.models.DefectStatus",
        "JobStatus": "jobs.models.JobStatus",
        "BulkAction": "jobs.bulk_models.BulkAction",
        "JobKind": "jobs.models.JobKind",
        "ChecklistState": "checklists.versions.VersionState",
        "ChecklistSource": "checklists.versions.VersionSource",
        "ChecklistChange": "checklists.checklist_serializers.CHANGES",
        "RouteState": "routing.route_serializers.ROUTE_STATES",
        "DraftAction": "routing.editions.ChangeAction",
        "DraftProposal": "routing.route_serializers.PROPOSALS",
        "DraftState": "routing.editions.EditionState",
        "DryRunState": "routing.editions.DryRunState",
        "CellState": "routing.route_api.CELL_STATES",
        "PushStatus": "sync.api.PUSH_STATUSES",
        "ConflictState": "sync.conflict_api.STATES",
        "PersonRole": "accounts.models.Role",
        "LinkState": "jobs.link_api.LINK_STATES",
        "StateByDates": "places.hotspot_api.STATES",
        "DemarcationState": "jobs.deciding_api.STATES",
        "AuditState": "audits.walk_models.AuditState",
        "BookingState": "audits.booking_models.BookingState",
        "InvitationAnswer": "audits.booking_models.InvitationAnswer",
        "CampaignKind": "audits.campaign_models.CampaignKind",
        "OutputKind": "audits.campaign_models.OutputKind",
        "AuditKind": "audits.walk_models.AuditKind",
        "AuditNoteKind": "audits.walk_models.AuditNoteKind",
        "ConcernKind": "audits.walk_models.ConcernKind",
        "StreetState": "audits.walk_models.StreetState",
        "Light": "audits.walk_models.Light",
        "Weather": "audits.walk_models.Weather",
        "AreaKind": "places.models.AreaKind",
        "AssetKind": "places.models.AssetKind",
        "Outcome": "audits.revisit_models.Outcome",
        "CoverageState": "audits.audit_serializers.COVERAGE_STATES",
        "PlanState": "audits.plan_models.PlanState",
        "ActionState": "audits.plan_models.ActionState",
        "ActionSource": "audits.plan_models.ActionSource",
        "ActionStep": "audits.plan_serializers.STEPS",
        "NewsChannelState": "news.reaching.STATES",
        "ReportFileKind": "insight.models.FileKind",
        "ReportFileState": "insight.models.FileState",
        "AuditGrade": "audits.result_serializers.RESULT_GRADES",
        "AuditChange": "audits.result_serializers.CHANGES",
    },
}

# ── What phones send ─────────────────────────────────────────────────────────
# An operation that waits for another is tried without it once this has passed since it first came.
FORCE_WAITING_AFTER_S = env_int("SIGHTLINE_FORCE_WAITING_AFTER_S", 3600)
# The file of a phone that could not send: the whole of it, and what it may hold.
IMPORT_MAX_BYTES = env_int("SIGHTLINE_IMPORT_MAX_BYTES", 2_000_000_000, least=1000)
IMPORT_MAX_OPERATIONS = env_int("SIGHTLINE_IMPORT_MAX_OPERATIONS", 5000, least=1)

# ── Photos ───────────────────────────────────────────────────────────────────
PHOTO_STORE = env_choice("SIGHTLINE_PHOTO_STORE", "local", {"local", "s3"})
PHOTO_FOLDER = Path(env_text("SIGHTLINE_PHOTO_FOLDER", str(STATE_DIR / "photos")))
S3_ENDPOINT = env_text("SIGHTLINE_S3_ENDPOINT")
# The store's address as phones reach it, where that is not the one that this server uses.
S3_PUBLIC_ENDPOINT = env_text("SIGHTLINE_S3_PUBLIC_ENDPOINT", S3_ENDPOINT)
S3_BUCKET = env_text("SIGHTLINE_S3_BUCKET", "photos")
S3_ACCESS_KEY = env_text("SIGHTLINE_S3_ACCESS_KEY")
S3_SECRET_KEY = env_text("SIGHTLINE_S3_SECRET_KEY")
S3_REGION = env_text("SIGHTLINE_S3_REGION", "us-east-1")
PHOTO_LINK_SECONDS = env_int("SIGHTLINE_PHOTO_LINK_SECONDS", 300, least=1)
PHOTO_MAX_BYTES = env_int("SIGHTLINE_PHOTO_MAX_BYTES", 25_000_000, least=1)
# A phone that sends nothing for so long in the middle of a photo counts as gone; what came is kept.
PHOTO_STALL_SECONDS = env_int("SIGHTLINE_PHOTO_STALL_SECONDS", 20, least=1)
PHOTO_MAX_PIXELS = env_int("SIGHTLINE_PHOTO_MAX_PIXELS", 100_000_000, least=1)
# What one photo may take while it is opened, in a process of its own; 100 megapixels of WebP need 1.5 GB.
PHOTO_MEMORY_MB = env_int("SIGHTLINE_PHOTO_MEMORY_MB", 1536, least=256)
if PHOTO_STORE == "s3" and not (S3_ACCESS_KEY and S3_SECRET_KEY):
    raise ImproperlyConfigured("SIGHTLINE_PHOTO_STORE=s3 needs SIGHTLINE_S3_ACCESS_KEY and SIGHTLINE_S3_SECRET_KEY.")

# ── Links for contractors without accounts ───────────────────────────────────
JOB_LINK_DAYS = env_int("SIGHTLINE_JOB_LINK_DAYS", 14, least=1)
# How often one address may open links or send their forms in a minute, and how many wrong links it may try.
JOB_LINK_CALLS_A_MINUTE = env_int("SIGHTLINE_JOB_LINK_CALLS_A_MINUTE", 120, least=1)
JOB_LINK_MISSES_A_MINUTE = env_int("SIGHTLINE_JOB_LINK_MISSES_A_MINUTE", 20, least=1)

# ── News: push messages and e-mail ───────────────────────────────────────────
# Where people open Sightline: what links in e-mails begin with.
ADDRESS = env_text("SIGHTLINE_ADDRESS", CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "").rstrip("/")
VAPID_PRIVATE_KEY = env_text("SIGHTLINE_VAPID_PRIVATE_KEY")
VAPID_CONTACT = env_text("SIGHTLINE_VAPID_CONTACT")
# Push services of the operator's own: the only ones that may be called inside, or without TLS.
PUSH_HOSTS = env_list("SIGHTLINE_PUSH_HOSTS")
EMAIL_HOST = env_text("SIGHTLINE_SMTP_HOST")
EMAIL_HOST_USER = env_text("SIGHTLINE_SMTP_USER")
EMAIL_HOST_PASSWORD = env_text("SIGHTLINE_SMTP_PASSWORD")
DEFAULT_FROM_EMAIL = env_text("SIGHTLINE_EMAIL_FROM")
_SMTP_SECURITY = env_choice("SIGHTLINE_SMTP_SECURITY", "starttls", {"starttls", "tls", "none"})
EMAIL_USE_TLS, EMAIL_USE_SSL = _SMTP_SECURITY == "starttls", _SMTP_SECURITY == "tls"
EMAIL_PORT = env_int("SIGHTLINE_SMTP_PORT", {"starttls": 587, "tls": 465, "none": 25}[_SMTP_SECURITY], least=1)
EMAIL_TIMEOUT = 15
refuse_half_set(
    {
        "SIGHTLINE_SMTP_HOST": EMAIL_HOST,
        "SIGHTLINE_EMAIL_FROM": DEFAULT_FROM_EMAIL,
        "SIGHTLINE_ADDRESS": ADDRESS if EMAIL_HOST or DEFAULT_FROM_EMAIL else "",
    },
    what="E-mail",
)
refuse_half_set({"SIGHTLINE_SMTP_USER": EMAIL_HOST_USER, "SIGHTLINE_SMTP_PASSWORD": EMAIL_HOST_PASSWORD}, what="SMTP")
refuse_half_set(
    {"SIGHTLINE_VAPID_PRIVATE_KEY": VAPID_PRIVATE_KEY, "SIGHTLINE_VAPID_CONTACT": VAPID_CONTACT}, what="Push"
)
if EMAIL_HOST_USER and not EMAIL_HOST:
    raise ImproperlyConfigured("SIGHTLINE_SMTP_USER is set, and SIGHTLINE_SMTP_HOST is not.")
if EMAIL_HOST_PASSWORD and _SMTP_SECURITY == "none" and PRODUCTION:
    raise ImproperlyConfigured("SIGHTLINE_SMTP_SECURITY=none would send the SMTP password in the clear.")
if VAPID_PRIVATE_KEY and not is_p256_key(VAPID_PRIVATE_KEY):
    raise ImproperlyConfigured("SIGHTLINE_VAPID_PRIVATE_KEY must be 32 bytes in base64url; see docs/settings.md.")

# ── Maps, language, time, files ──────────────────────────────────────────────
BASEMAP = env_text("SIGHTLINE_BASEMAP")
BASEMAP_ATTRIBUTION = env_text("SIGHTLINE_BASEMAP_ATTRIBUTION", "© OpenStreetMap contributors" if BASEMAP else "")
LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = env_text("SIGHTLINE_TIME_ZONE", "Europe/London")
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
PWA_DIST = BASE_DIR / "pwa" / "dist"
WHITENOISE_ROOT = PWA_DIST if PWA_DIST.is_dir() else None
WHITENOISE_INDEX_FILE = False
WHITENOISE_USE_FINDERS = not PRODUCTION


def _immutable(_path: str, url: str) -> bool:
    """Built assets carry their content's hash in their name, so they never change."""
    return url.startswith("/assets/")


WHITENOISE_IMMUTABLE_FILE_TEST = _immutable

# ── Logs: one JSON object a line in production, readable in development ──────
_LOG_STEPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
_RENDERER = (
    structlog.processors.JSONRenderer()
    if env_choice("SIGHTLINE_LOGS", "json" if PRODUCTION else "plain", {"json", "plain"}) == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": _RENDERER,
            "foreign_pre_chain": _LOG_STEPS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env_text("SIGHTLINE_LOG_LEVEL", "INFO")},
    "loggers": {
        "django_structlog": {"level": env_text("SIGHTLINE_REQUEST_LOG_LEVEL", "WARNING")},
        "django.request": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        *_LOG_STEPS[1:],
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True

from backend.schedule import SCHEDULE as CELERY_BEAT_SCHEDULE  # noqa: E402, F401
