"""Django's settings, all derived from `Configuration`; nothing here is edited by an installation."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from accord.web.configuration import configuration, secret_keys

HERE = Path(__file__).parent
chosen = configuration()
keys = secret_keys()

SECRET_KEY, SECRET_KEY_FALLBACKS = keys[0], keys[1:]
DEBUG = chosen.debug
ALLOWED_HOSTS = [*chosen.hosts, urlsplit(chosen.base_url).hostname or "127.0.0.1"]
BASE_URL = chosen.base_url.rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "accord.web.accounts",
    "accord.web.people",
    "accord.web.therapy",
    "accord.web.checkin",
    "accord.web.attention",
    "accord.web.repair",
    "accord.web.voice",
    "accord.web.learning",
    "accord.web.audit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "accord.web.guard.TrafficGuard",
    "django.middleware.security.SecurityMiddleware",
    "accord.web.guard.OnePolicy",
    "django.middleware.gzip.GZipMiddleware",  # a form weighs half; random padding keeps secrets from being guessed
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accord.web.guard.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accord.web.problems.BusyMiddleware",
]

ROOT_URLCONF = "accord.web.urls"
WSGI_APPLICATION = "accord.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accord.web.guard.page",
            ],
            "builtins": ["accord.web.accounts.templatetags.accord"],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(chosen.database, conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "accord.web.one_writer"
    # WAL lets readers go on while one writes; FULL makes a commit survive a power cut; IMMEDIATE takes the write
    # lock at BEGIN, so that two writers wait instead of failing in the middle.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA journal_size_limit=67108864;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "accord.web.accounts.adapter.StaffOnlyAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes the account, so the address is known
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # a sign-in ends with the browser, and after `session_hours` in any case
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
# Guessing is locked by address and by account; the cache behind it is the database, so that restarts do not reset it.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/10m/ip,5/10m/key",
    "login": "60/m/ip",
    "reset_password": "10/h/ip,3/h/key",
}
_FORMS = "accord.web.accounts.forms."
ACCOUNT_FORMS = {
    "login": _FORMS + "SignIn",
    "reset_password": _FORMS + "AskForNewPassword",
    "reset_password_from_key": _FORMS + "ChooseNewPassword",
    "change_password": _FORMS + "ChangePassword",
    "reauthenticate": _FORMS + "PasswordAgain",
}
MFA_FORMS = {
    "authenticate": _FORMS + "SecondStep",
    "reauthenticate": _FORMS + "CodeAgain",
    "activate_totp": _FORMS + "TurnOn",
}
MFA_ADAPTER = "accord.web.accounts.adapter.EncryptedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Accord"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accord_cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = chosen.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = chosen.tls
SECURE_SSL_REDIRECT = chosen.tls
SECURE_HSTS_SECONDS = 31_536_000 if chosen.tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = chosen.tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if chosen.tls else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accord.web.problems.csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = chosen.language
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static", ("bundled", (chosen.data / "bundled").resolve())]
STATIC_ROOT = chosen.data / "static"  # stays empty: the finders serve what the wheel brings
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DEFAULT_FROM_EMAIL = SERVER_EMAIL = chosen.mail_from
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if chosen.mail_url:
    _mail = urlsplit(chosen.mail_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp+tls", _mail.scheme == "smtps"

# What is logged never holds what a client wrote: no SQL, no form fields, no addresses of links.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_content": {"()": "accord.web.discretion.NoClientContent"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["no_content"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
