"""`python -m operations.probe`: container health check: exits with 0 when the web server is ready."""

import http.client
import sys

from portal import env

SECONDS = 5


def main() -> int:
    """Request /readyz with a Host header that the site accepts."""
    hosts = env.words("ALLOWED_HOSTS", env.hosts_of(env.text("SITE_URL", env.DEFAULT_SITE_URL)))
    host = hosts[0].lstrip(".").replace("*", "localhost")
    connection = http.client.HTTPConnection("127.0.0.1", env.number("PORT", 8000), timeout=SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": host})
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
