"""`python -m benchmarks.synthetic --incidents N --seed S`: write a synthetic register into an empty database."""

import os
import sys

import django


def main() -> None:
    """Run the command with the settings of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from benchmarks.synthetic.command import Command

    Command().run_from_argv([sys.argv[0], "synthetic", *sys.argv[1:]])


if __name__ == "__main__":
    main()
