"""`manage.py setup_roles`: creates the database roles and grants their rights."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations import roles


class Command(BaseCommand):
    """Idempotent. It must be run after every migration."""

    help = "Makes the database roles of the desk and of the public reader and gives them exactly their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up the roles, as the owner of the database."""
        try:
            roles.set_up()
        except roles.RolesError as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"] > 0:
            self.stdout.write(f"Roles {roles.desk_role().name} and {roles.reader_role().name} have their rights.")
