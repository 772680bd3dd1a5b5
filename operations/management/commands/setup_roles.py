"""`manage.py setup_roles`: makes the roles of the desk and of the reader and gives them their rights."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations import roles


class Command(BaseCommand):
    """Can be run again at any time; has to be run after every migration."""

    help = "Makes the database roles of the desk and of the public reader and gives them exactly their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the roles up, as the owner of the database."""
        try:
            roles.set_up()
        except roles.RolesError as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"] > 0:
            self.stdout.write(f"Roles {roles.desk_role().name} and {roles.reader_role().name} have their rights.")
