#!/usr/bin/env python
"""The command line of the project; `manage.py help` lists the commands."""

import os
import sys

from operations.embedded_postgres import EmbeddedError, provide
from people.audit.acting import COMMAND, name_process
from portal.env import SettingError


def main() -> None:
    """Run one management command, on the embedded PostgreSQL where no other is configured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    server = None
    try:
        name_process(f"{COMMAND}{sys.argv[1] if len(sys.argv) > 1 else 'help'}")
        server = provide(sys.argv[1:])
        execute_from_command_line(sys.argv)
    except (EmbeddedError, SettingError) as problem:
        sys.exit(f"{problem}")
    finally:
        if server is not None:
            server.leave()


if __name__ == "__main__":
    main()
