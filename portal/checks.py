"""System checks: settings that are valid one by one but unsafe together, each with a hint."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.env import is_loopback

COMPOSE_PASSWORD = "development-only"  # noqa: S105 - the published default in docker-compose.yml

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def demo_stays_on_this_machine(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """The passwords of demo accounts are printed, so demo mode must be reachable from this machine only."""
    if not settings.DEMO:
        return []
    hosts = [urlsplit(settings.SITE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    foreign = [host for host in hosts if not is_loopback(host)]
    if not foreign:
        return []
    return [
        Error(
            f"Demo mode would be reachable as {', '.join(dict.fromkeys(foreign))}.",
            hint="Unset DEMO and run `python -m operations.serve`, or limit SITE_URL and ALLOWED_HOSTS to 127.0.0.1.",
            id="portal.E001",
        )
    ]


@register(Tags.security, deploy=True)
def secret_key_is_set(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """Sessions and tokens are signed with it."""
    try:
        if settings.SECRET_KEY:
            return []
    except ImproperlyConfigured:  # Django raises it for an empty key
        pass
    return [
        Error(
            "SECRET_KEY is empty.",
            hint="Set it to 50 random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="portal.E002",
        )
    ]


@register(Tags.security)
def passwords_are_not_the_published_ones(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """docker-compose.yml works without settings, with published database passwords."""
    urls = (
        *(settings.DATABASE_URL, settings.OWNER_DATABASE_URL, settings.REGISTER_DATABASE_URL),
        settings.SIGNER_DATABASE_URL,
    )
    if is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        return []
    if not any(urlsplit(url).password == COMPOSE_PASSWORD for url in urls):
        return []
    return [
        Error(
            f"The database has the password of docker-compose.yml, and the site is public at {settings.SITE_URL}.",
            hint="Set OWNER_, DESK_, READER_ and SIGNER_PASSWORD in .env to random values of your own.",
            id="portal.E003",
        )
    ]


@register(Tags.security)
def site_url_is_an_address(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """Canonical links, citations and feeds are built from SITE_URL."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme in ("http", "https") and parts.hostname and not parts.path and not parts.query:
        return []
    return [
        Error(
            f"SITE_URL={settings.SITE_URL!r} is not the address of a site.",
            hint="Give scheme and host and nothing else, such as https://register.example.org",
            id="portal.E004",
        )
    ]


@register(Tags.security)
def public_process_holds_no_other_credentials(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """A public process must hold no credentials beyond the reader's, in case it is compromised."""
    if settings.SURFACE != "public" or not (settings.DATABASE_URL or settings.OWNER_DATABASE_URL):
        return []
    return [
        Caution(
            "A process with SURFACE=public has been given the address of the desk's or the owner's connection.",
            hint="Unset DATABASE_URL and OWNER_DATABASE_URL there; REGISTER_DATABASE_URL is all that it needs.",
            id="portal.W001",
        )
    ]


@register(Tags.security, deploy=True)
def public_side_has_a_role_of_its_own(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """With one role for both, the public side could restore its rights."""
    if not settings.DATABASE_URL or settings.REGISTER_DATABASE_URL != settings.DATABASE_URL:
        return []
    return [
        Caution(
            "The public side and the desk connect with the same address.",
            hint="Give REGISTER_DATABASE_URL with the role register_reader and a password, and run `manage.py "
            "setup_roles` as the owner.",
            id="portal.W002",
        )
    ]


@register(Tags.security, deploy=True)
def databases_elsewhere_prove_who_they_are(app_configs: Apps, **kwargs: object) -> list[CheckMessage]:
    """A connection to another machine must be encrypted and authenticated; only `verify-full` gives both."""
    urls = {
        "DATABASE_URL": settings.DATABASE_URL,
        "OWNER_DATABASE_URL": settings.OWNER_DATABASE_URL,
        "REGISTER_DATABASE_URL": settings.REGISTER_DATABASE_URL,
        "SIGNER_DATABASE_URL": settings.SIGNER_DATABASE_URL,
    }
    open_ones = [name for name, url in urls.items() if url and _is_elsewhere(name, url) and not _is_verified(name, url)]
    if settings.DATABASE_NETWORK_PRIVATE or not open_ones:
        return []
    return [
        Error(
            f"{', '.join(open_ones)}: the database is another machine, and nothing proves that it is the right one.",
            hint="Add ?sslmode=verify-full&sslrootcert=FILE to the address (FILE can be `system`). "
            "DATABASE_NETWORK_PRIVATE=1 says that nobody else is on the network between the two.",
            id="portal.E005",
        )
    ]


def _is_elsewhere(name: str, url: str) -> bool:
    host = str(env.database(name, url)["HOST"])
    return bool(host) and not host.startswith("/") and not is_loopback(host)


def _is_verified(name: str, url: str) -> bool:
    options = env.database(name, url)["OPTIONS"]
    return isinstance(options, dict) and options.get("sslmode") == "verify-full"
