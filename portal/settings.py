"""The project's settings. Values that differ between installations are read from the environment through
`portal.env`: here, or before Django starts in `demo.py` and `serve.py`. `.env.example` documents each of them."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from portal import env, headers, logs, paths

BASE_DIR = env.BASE_DIR

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SURFACE = env.one_of("SURFACE", ("all", "public", "desk"), "all")
SECRET_KEY = env.text("SECRET_KEY")
SITE_URL = env.text("SITE_URL", env.DEFAULT_SITE_URL).rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", env.hosts_of(SITE_URL))
DATA_DIR = env.data_dir()
CODE_PREFIX = env.text("CODE_PREFIX", "HDC")

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "incidents.gazetteer",
    "incidents.ledger",
    "incidents.register",
    "incidents.records",
    "incidents.casework",
    "people",
    "people.audit",
    "portal",
    "operations",
    "crispy_forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "portal.logs.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.https.ProgramsOverHttpsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.middleware.CookielessMiddleware",
    "incidents.register.page_cache.PageCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.LanguageFromPathMiddleware",
    "portal.textonly.TextOnlyMiddleware",
    "portal.middleware.CleanInputMiddleware",
    "portal.query_validation.StrictAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.ReadOnlyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.audit.middleware.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "incidents.register.pages.redacted.RedactedMiddleware",
    "portal.guards.DeskGuard",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        # The public templates. First, because most pages use them.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "public"],
        "OPTIONS": {
            "environment": "incidents.register.jinja.environment",
            "context_processors": ["portal.context.site"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
                "portal.context.desk",
            ],
            "builtins": ["incidents.templatetags.register_tags"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "desk_forms"

# The desk connects with the role in DATABASE_URL; the public side only uses `register` (see docs/operating.md).
# Commands that change the schema use the owner's URL instead (CONNECT_AS, which manage.py sets).
DATABASE_URL = env.text("DATABASE_URL")
OWNER_DATABASE_URL = env.text("OWNER_DATABASE_URL") or DATABASE_URL
REGISTER_DATABASE_URL = env.text("REGISTER_DATABASE_URL") or DATABASE_URL
CONNECT_AS = env.one_of("CONNECT_AS", ("desk", "owner"), "desk")
NO_DATABASE: dict[str, Any] = {"ENGINE": "django.db.backends.dummy"}
_default_name, _default_url = (
    ("OWNER_DATABASE_URL", OWNER_DATABASE_URL) if CONNECT_AS == "owner" else ("DATABASE_URL", DATABASE_URL)
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(_default_name, _default_url) if _default_url and SURFACE != "public" else {**NO_DATABASE},
    "register": env.database("REGISTER_DATABASE_URL", REGISTER_DATABASE_URL)
    if REGISTER_DATABASE_URL
    else {**NO_DATABASE},
}
if REGISTER_DATABASE_URL and REGISTER_DATABASE_URL == DATABASE_URL:
    # One URL for both: the public side at least takes the reader's role for the session. The role's own settings are
    # repeated here, because SET ROLE does not apply them.
    DATABASES["register"]["OPTIONS"] |= {
        "options": "-c role=register_reader -c default_transaction_read_only=on -c statement_timeout=10s"
    }
for _alias in ("default", "register"):
    if DATABASES[_alias]["ENGINE"] == "django.db.backends.postgresql":
        DATABASES[_alias] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        # A dead server is detected within seconds, so that the outage page can be shown.
        DATABASES[_alias]["OPTIONS"] = {
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
            **DATABASES[_alias]["OPTIONS"],
        }
# Set by the operator if the network to the database is private, as that of docker compose is.
DATABASE_NETWORK_PRIVATE = env.flag("DATABASE_NETWORK_PRIVATE")
DATABASE_ROUTERS = ["portal.routers.SurfaceRouter"]

# The ledger: the name of the log, the valid public keys, and for the signer's process its key, its memory and its
# database URL. Without a URL of its own it takes its role over the owner's.
LEDGER_ORIGIN = env.text("LEDGER_ORIGIN") or f"{urlsplit(SITE_URL).hostname}/ledger"
LEDGER_PUBLIC_KEY = env.words("LEDGER_PUBLIC_KEY")
LEDGER_KEY_FILE = Path(env.text("LEDGER_KEY_FILE") or DATA_DIR / "ledger" / "key")
LEDGER_MEMORY = Path(env.text("LEDGER_MEMORY") or DATA_DIR / "ledger" / "memory")
SIGNER_DATABASE_URL = env.text("SIGNER_DATABASE_URL") or OWNER_DATABASE_URL
SIGNER_TAKES_ROLE = "" if env.text("SIGNER_DATABASE_URL") else "register_signer"

# Backups: the age public keys that can decrypt them, and a folder of PostgreSQL's programs.
BACKUP_RECIPIENTS = env.words("BACKUP_RECIPIENTS")
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS")

# The URLs of mirrors, for the outage page.
MIRRORS = env.words("MIRRORS")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH = "portal.formats"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Accounts: by invitation only, identified by e-mail address. In public, people appear by role only.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "people.adapter.InvitationAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Outside demo mode the desk requires a second factor. Their secrets are encrypted with the first of these keys.
SECOND_FACTOR = not DEMO
FACTOR_KEYS = env.words("FACTOR_KEYS")
MFA_ADAPTER = "people.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "login_webauthn": "people.forms.PasskeyInsteadOfPassword",
    "authenticate_webauthn": "people.forms.PasskeyAfterPassword",
    "reauthenticate_webauthn": "people.forms.PasskeyOnceMore",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation link proves access to the mailbox
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = env.is_loopback(urlsplit(SITE_URL).hostname or "")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.passwords.WordsOfThisPlaceValidator"},
]
# Without a mail server, messages are written to the log instead of being sent.
MAIL_HOST = env.text("EMAIL_HOST")
MAILERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST,
            "port": env.number("EMAIL_PORT", 587),
            "username": env.text("EMAIL_USER"),
            "password": env.text("EMAIL_PASSWORD"),
            "use_tls": env.flag("EMAIL_TLS", default=True),
            "timeout": 20,
        },
    }
    if MAIL_HOST
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
}
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "register@example.org")
# Logging messages is intended if there is no mail server.
SILENCED_SYSTEM_CHECKS = ["mail.E001"]

# The Content-Security-Policy.
SECURE_CSP = headers.POLICY
HTTPS = SITE_URL.startswith("https://")
# gunicorn speaks plain HTTP: an https URL implies a proxy in front that sets X-Forwarded-Proto.
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=HTTPS)
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # the visitor is the last entry in X-Forwarded-For
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = HTTPS
# Relative to the root. Programs get an error instead of a redirect: portal/https.py.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$", *(rf"^(uk)?/?{path.lstrip('/')}" for path in paths.FOR_PROGRAMS)]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if HTTPS else ("session", "csrf")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

# Per web process; 0 disables the page cache.
PAGE_CACHE_MB = env.number("PAGE_CACHE_MB", 64)

# Limits for request data.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Login attempts are counted here, for all processes together; the public side counts nothing.
CACHE_TABLE = "portal_cache"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if DATABASES["default"] == NO_DATABASE
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": CACHE_TABLE}
}

LOGGING: dict[str, Any] = logs.configuration(env.text("LOG_LEVEL", "WARNING").upper())

REGISTER_NAME = _("Hors de combat")
REGISTER_SUBTITLE = _("A register of suspected executions of prisoners of war")
