"""Every setting of the console and every environment variable it reads; nothing else reads the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from consoleapp import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("CONSOLE_DATA_DIR", str(BASE_DIR / "var")))

# --- which cloud, who signs in --------------------------------------------------------------------------------------
CLOUD = env.choice("CONSOLE_CLOUD", ("simulator", "alibaba"), "simulator")
SIGN_IN = env.choice("CONSOLE_SIGN_IN", ("guest", "required"), "guest" if CLOUD == "simulator" else "required")
if CLOUD == "alibaba" and SIGN_IN == "guest":
    raise ImproperlyConfigured("CONSOLE_SIGN_IN must be required with CONSOLE_CLOUD=alibaba: no guest orders for real.")

ALIBABA_ACCESS_KEY_ID = env.text("ALIBABA_CLOUD_ACCESS_KEY_ID")
ALIBABA_ACCESS_KEY_SECRET = env.secret("ALIBABA_CLOUD_ACCESS_KEY_SECRET", required=CLOUD == "alibaba")
ALIBABA_SECURITY_TOKEN = env.secret("ALIBABA_CLOUD_SECURITY_TOKEN", required=False)
if CLOUD == "alibaba" and not ALIBABA_ACCESS_KEY_ID:
    raise ImproperlyConfigured("ALIBABA_CLOUD_ACCESS_KEY_ID is not set, and CONSOLE_CLOUD=alibaba needs it.")
# The simulator as a service of its own speaks plain HTTP inside its network.
ALIBABA_ENDPOINT = env.endpoint("CONSOLE_ALIBABA_ENDPOINT", may_be_plain=CLOUD == "simulator")
ALIBABA_PARAMETERS = env.choice("CONSOLE_ALIBABA_PARAMETERS", ("query", "body"), "query")
# Regions beyond the shipped ones. A region's id becomes part of host names, so no other ones are asked.
REGIONS = env.regions("CONSOLE_REGIONS")
CLOUD_CONNECT_TIMEOUT_SECONDS = env.integer("CONSOLE_CLOUD_CONNECT_TIMEOUT", 3, 1, 60)
CLOUD_READ_TIMEOUT_SECONDS = env.integer("CONSOLE_CLOUD_READ_TIMEOUT", 10, 1, 120)
# How many orders an account may send at once, and how many a second after that.
CREATE_BURST = env.integer("CONSOLE_CREATE_BURST", 100, 1, 100_000)
CREATE_PER_SECOND = env.integer("CONSOLE_CREATE_PER_SECOND", 20, 1, 10_000)

SIMULATOR_STATE = DATA_DIR / "simulator.sqlite3"
SIMULATOR_KEY = env.secret("CONSOLE_SIMULATOR_KEY", DATA_DIR / "simulator-key", required=CLOUD == "simulator")
# How many times faster than the cloud the simulated container groups live; training rooms and browser tests raise it.
SIMULATOR_SPEED = env.integer("CONSOLE_SIMULATOR_SPEED", 1, 1, 1000)

# What the box on the Confirm page says one agrees to. The Product Terms of Service of the vendor's international site
# have their version in their address, so this is the collection that leads to each of them (both read in November
# 2026); the contract that an account was opened under may be another one.
SERVICE_TERMS_URL = env.text("CONSOLE_SERVICE_TERMS_URL", "https://www.alibabacloud.com/help/en/legal")

# --- the check of images at their registries ------------------------------------------------------------------------
# Which registries beyond the known public ones may be asked: scheme://host-pattern[:port]=network, comma separated. The
# network is a block of addresses or the word public; http allows plain HTTP at that port.
REGISTRY_NETWORKS = env.registry_networks("CONSOLE_REGISTRY_NETWORKS")
# Token servers at other hosts than their registry: registry[:port]=https://address/path, comma separated.
REGISTRY_TOKEN_SERVERS = env.token_servers("CONSOLE_REGISTRY_TOKEN_SERVERS")
# Authorities of registries whose certificate a user has chosen not to verify: host[:port]=/path/to/ca.pem.
REGISTRY_AUTHORITIES = env.registry_authorities("CONSOLE_REGISTRY_CA")
# Whether any public host may be asked over HTTPS at port 443, listed or not.
CHECK_UNLISTED_HOSTS = env.boolean("CONSOLE_CHECK_UNLISTED_HOSTS", False)
# Whether an image is checked by itself after a pause of typing; the real cloud's registries count what they are asked.
CHECK_ON_INPUT = env.boolean("CONSOLE_CHECK_ON_INPUT", CLOUD == "simulator")
# Addresses of this server that it does not see itself, behind address translation for example; never connected to.
OWN_ADDRESSES = env.addresses("CONSOLE_OWN_ADDRESSES")
CHECK_LOOPBACK = env.boolean("CONSOLE_CHECK_LOOPBACK", False)
if CHECK_LOOPBACK and CLOUD == "alibaba" and not ALIBABA_ENDPOINT:
    raise ImproperlyConfigured("CONSOLE_CHECK_LOOPBACK is for tests and must be off with the real cloud.")

# --- secrets --------------------------------------------------------------------------------------------------------
SECRET_KEY = env.secret("CONSOLE_SECRET_KEY", DATA_DIR / "secret-key")
# Fernet keys, comma separated: the first encrypts, all decrypt.
STORED_SECRET_KEYS = env.fernet_keys("CONSOLE_SECRET_KEYS", DATA_DIR / "secret-keys")

# --- the site -------------------------------------------------------------------------------------------------------
PRODUCT_NAME = env.text("CONSOLE_PRODUCT_NAME", "Container Console")
DEBUG = env.boolean("CONSOLE_DEBUG", False)
HTTPS = env.boolean("CONSOLE_HTTPS", False)
# The address that the server listens at, as `manage.py serve` tells its processes; a server of another make does not.
BOUND_TO = env.text("CONSOLE_BOUND_TO")
ALLOWED_HOSTS = env.hosts("CONSOLE_ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.origins("CONSOLE_TRUSTED_ORIGINS")
# Other sites, as exact origins: those that the link of an order may lead back to, and those that may show the wizard,
# templates, orders and groups in a frame.
RETURN_ORIGINS = env.exact_origins("CONSOLE_RETURN_ORIGINS")
FRAME_ANCESTORS = env.exact_origins("CONSOLE_FRAME_ANCESTORS")
PROXY_TELLS_HTTPS = env.boolean("CONSOLE_PROXY_TELLS_HTTPS", False)
# How many proxies of ours a request passes; each appends the address of its client to X-Forwarded-For.
PROXIES = env.integer("CONSOLE_PROXIES", 0, 0, 10)
METRICS = env.boolean("CONSOLE_METRICS", False)
METRICS_TOKEN = env.secret("CONSOLE_METRICS_TOKEN", required=False)
LOG_FORMAT = env.choice("CONSOLE_LOG_FORMAT", ("line", "json"), "line")
LOG_LEVEL = env.choice("CONSOLE_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")

ROOT_URLCONF = "consoleapp.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # What it shows is registered in consoleapp/admin.py, and nothing else.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "consoleapp.web",
    "consoleapp.audit",
    "consoleapp.accounts",
    "consoleapp.teams",
    "consoleapp.cloud_accounts",
    "consoleapp.credentials",
    "consoleapp.orders",
    "consoleapp.launch_templates",
    "consoleapp.governance",
    "consoleapp.approvals",
    "consoleapp.wizard",
    "consoleapp.catalogue",
    "consoleapp.groups",
    "consoleapp.portal",
    "consoleapp.sample_portal",
]

MIDDLEWARE = [
    "consoleapp.web.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages hold no secret but the CSRF token, which is masked anew in each; so their size tells nothing worth guessing.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "consoleapp.web.middleware.response_policies",
    "consoleapp.web.middleware.body_limit",
    "consoleapp.web.middleware.query_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "consoleapp.accounts.middleware.IdleMiddleware",
    "consoleapp.accounts.middleware.PersonaMiddleware",
    "consoleapp.accounts.middleware.SignInMiddleware",
    "consoleapp.teams.gate.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "consoleapp.web.frames.frames",
    "django_htmx.middleware.HtmxMiddleware",
    "consoleapp.cloud_accounts.middleware.place",
    "consoleapp.wizard.middleware.UnreadableMiddleware",
]

if METRICS:
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "consoleapp.web.context.console",
                "consoleapp.sample_portal.context.acting",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "console"
CRISPY_TEMPLATE_PACK = "console"
# A mistyped field name in a layout would otherwise render nothing at all.
CRISPY_FAIL_SILENTLY = False

# --- data -----------------------------------------------------------------------------------------------------------
_database = env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'console.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Writers take the lock when they begin, so that none fails later with "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # Seconds; tcp_user_timeout in milliseconds. Nobody waits for a database server whose machine is gone.
    _silence = {"connect_timeout": 3, "tcp_user_timeout": 20_000, "keepalives_idle": 10, "keepalives_interval": 5}
    _database["OPTIONS"] = {**_silence, "keepalives_count": 2, **_database.get("OPTIONS", {})}
DATABASES = {"default": {**_database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
_cache = env.cache("CACHE_URL", "locmemcache://console")
# What every process must see, such as that the cloud does not answer: files where the cache is each process's own.
_is_own = str(_cache["BACKEND"]).endswith("LocMemCache")
_files = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA_DIR / "shared")}
_lists = _cache
if str(_cache["BACKEND"]).endswith("RedisCache"):
    # Seconds. Nobody waits longer for what is only remembered.
    _options: dict[str, Any] = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
    if _password := env.secret("CONSOLE_CACHE_PASSWORD", required=False):
        _options["password"] = _password
    _cache["OPTIONS"] = {**_options, "serializer": "consoleapp.web.caching.JsonSerializer"}
    # The cloud's lists are Python's objects, and stay in each process's memory: what others can write to holds JSON.
    _lists = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "lists"}
# The default cache is django-allauth's: what it limits is counted for all processes, and a lost cache lifts no limit.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "consoleapp.accounts.limits.DatabaseCache"},
    "local": {"BACKEND": "consoleapp.web.caching.LosableCache", "OPTIONS": {"cache": _lists}},
    "shared": {
        "BACKEND": "consoleapp.web.caching.LosableCache",
        "OPTIONS": {"cache": _files if _is_own else _cache},
    },
}
# Whether each server process runs a worker too; `manage.py serve` says so to the processes that it starts.
WORKER_THREAD = env.boolean("CONSOLE_WORKER_THREAD", False)
# Pages that a server process makes at once.
SERVER_THREADS = env.integer("CONSOLE_SERVER_THREADS", 4, 1, 64)

# --- sign-in and sessions -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "groups:list"
LOGOUT_REDIRECT_URL = "groups:list"
# Guests'; a person's sign-in ends SESSION_HOURS after it began, or after SESSION_IDLE_MINUTES without a request.
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_HOURS = env.integer("CONSOLE_SESSION_HOURS", 12, 1, 30 * 24)
SESSION_IDLE_MINUTES = env.integer("CONSOLE_SESSION_IDLE_MINUTES", 60, 2, 30 * 24 * 60)
# New guests an hour, all of them and those from one address (or one IPv6 network of 64 bits).
GUESTS_PER_HOUR = env.integer("CONSOLE_GUESTS_PER_HOUR", 1000, 1, 1_000_000)
GUESTS_PER_SOURCE = env.integer("CONSOLE_GUESTS_PER_ADDRESS", 100, 1, 1_000_000)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
IDLE_COOKIE_NAME = "__Host-seen" if HTTPS else "seen"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# django-allauth: user names and passwords alone, no registration, no mail. Addresses are told by web/sources.py.
ACCOUNT_ADAPTER = "consoleapp.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# Presses of *Sign in* from one address; failed ones from one address and for one name; changes of a person's password.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "change_password": "5/m/user"}
# Single sign-on with one OpenID Connect provider, where sign-in is required; see accounts/openid.py.
OIDC_ISSUER = env.issuer("CONSOLE_OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("CONSOLE_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.secret("CONSOLE_OIDC_CLIENT_SECRET", required=False)
OIDC_NAME = env.text("CONSOLE_OIDC_NAME", "single sign-on")
OIDC_GROUPS_CLAIM = env.text("CONSOLE_OIDC_GROUPS_CLAIM", "groups")
# Groups, and mail domains with an @ before them, whose people may sign in; all that the provider vouches for without.
OIDC_ALLOWED = env.words("CONSOLE_OIDC_ALLOWED")
# What `acr` or `amr` say of a sign-in that took two factors.
OIDC_STRONG = env.words("CONSOLE_OIDC_STRONG")
# group=team:role, comma separated: which memberships a sign-in gives, and takes back.
OIDC_TEAMS = env.team_roles("CONSOLE_OIDC_TEAMS")
PASSWORDS = env.choice("CONSOLE_PASSWORDS", ("on", "admins", "off"), "on")
if OIDC_ISSUER and not OIDC_CLIENT_ID:
    raise ImproperlyConfigured("CONSOLE_OIDC_CLIENT_ID is not set, and CONSOLE_OIDC_ISSUER needs it.")
if PASSWORDS == "off" and not OIDC_ISSUER:
    raise ImproperlyConfigured("CONSOLE_PASSWORDS=off needs CONSOLE_OIDC_ISSUER: nobody could sign in.")
SOCIALACCOUNT_ADAPTER = "consoleapp.accounts.openid.SocialAccountAdapter"
# Who has to set up a second factor at sign-in: nobody, who decides about others' orders, or everybody. All may.
SECOND_FACTOR = env.choice("CONSOLE_SECOND_FACTOR", ("off", "approvers", "everyone"), "off")
MFA_ADAPTER = "consoleapp.accounts.factors.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = PRODUCT_NAME
# A code counts for the 30 seconds that an app shows it, and once.
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODE_COUNT = 10
CSRF_FAILURE_VIEW = "consoleapp.web.failures.csrf_failure"

# --- what a browser may do ------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
# Who probes a server asks it directly, without the proxy that speaks HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_TELLS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# One press at the most: bytes, and number of fields. An import is a text of 256 kB, with two bytes for each end of a
# line on the way, or beside it a file of as much.
BODY_BYTES_MAX = 256 * 1024
BODY_BYTES_MAX_AT = {"/import/": 640 * 1024}
DATA_UPLOAD_MAX_MEMORY_SIZE = max(BODY_BYTES_MAX_AT.values())
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- languages ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "consoleapp" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "consoleapp.web.static_bundle.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "consoleapp.web.static_bundle.AppFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

# --- logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "consoleapp.web.logs.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{request_id}{message}",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # At DEBUG it writes whole template contexts, tokens and typed texts among them.
        "django.template": {"level": "INFO"},
    },
}
