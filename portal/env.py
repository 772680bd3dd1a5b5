"""Strict readers of environment variables: an invalid setting stops the start with a one-line message."""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
DEFAULT_SITE_URL = "http://127.0.0.1:8000"


class SettingError(Exception):
    """A setting is missing or invalid; the message names it and says what is accepted."""


def text(name: str, default: str = "") -> str:
    """The setting, without surrounding space."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """A boolean: `1`, `true`, `yes`, `on` or their opposites. Raises SettingError for any other value."""
    value = text(name).lower()
    if value == "":
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise SettingError(f"{name}={value!r} is neither true nor false.")


def number(name: str, default: int) -> int:
    """A whole number. Raises SettingError."""
    value = text(name)
    if value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise SettingError(f"{name}={value!r} is not a whole number.") from None


def data_dir() -> Path:
    """The folder for an installation's data: `DATA_DIR`, else `.data` beside the code."""
    return Path(text("DATA_DIR") or BASE_DIR / ".data").resolve()


def hosts_of(url: str) -> tuple[str, ...]:
    """The host names of a site at this URL; a loopback address includes all loopback names."""
    host = urlsplit(url).hostname or ""
    host = f"[{host}]" if ":" in host else host
    return tuple(dict.fromkeys((host, "127.0.0.1", "localhost", "[::1]"))) if is_loopback(host) else (host,)


def is_loopback(host: str) -> bool:
    """Whether the host is a loopback address or `localhost`; any other name is not."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def one_of(name: str, choices: Sequence[str], default: str) -> str:
    """One of the choices, in lower case. Raises SettingError."""
    value = text(name, default).lower()
    if value not in choices:
        raise SettingError(f"{name}={value!r} is not one of {', '.join(choices)}.")
    return value


def database(name: str, url: str) -> dict[str, object]:
    """Django's database settings for a `postgresql://` URL; `?host=/folder` sets a socket folder."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingError(f"{name} is no address such as postgresql://user:password@host:5432/database.") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingError(f"{name} must start with postgresql:// (only PostgreSQL is supported).")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(port or query.pop("port", "")),
        "OPTIONS": dict(query),
    }
