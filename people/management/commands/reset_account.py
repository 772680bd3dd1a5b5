"""`manage.py reset_account`: for a user who lost every factor, or whose account may be compromised."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from people.models import User
from people.sessions import end_sessions


class Command(BaseCommand):
    """The operator must first verify the request over a channel other than e-mail."""

    help = "Ends an account's sessions, removes its factors and password, and prints a link to choose a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset the account. Raises CommandError if there is none with this address."""
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError(f"No account has the address {options['email']}.")
        with transaction.atomic():
            removed, _by_model = Authenticator.objects.filter(user=user).delete()
            user.set_unusable_password()
            user.save(update_fields=["password"])
            ended = end_sessions(user)
        self.stdout.write(f"Sessions ended: {ended}. Factors removed: {removed}. The old password is gone.")
        self.stdout.write(
            f"Hand this link over by a safe way; it works once, and leads to a new password:\n{_link(user)}"
        )


def _link(user: User) -> str:
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, token = key.split("-", 1)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.SITE_URL}{path}"
