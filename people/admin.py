"""Accounts in the admin: administrators maintain them, with a shared log, and publish nothing."""

from collections.abc import Iterable
from typing import Any, cast

# Imported first, so that their registrations can be removed below.
import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import grants
from people.factors import need_fresh_factor
from people.models import Invitation, Role, User

admin.site.site_header = admin.site.site_title = _("Reference data and accounts")
admin.site.unregister((Group, EmailAddress, Authenticator, UserSession))


def is_administrator(request: HttpRequest) -> bool:
    """Whether the user is an administrator. The role decides, not Django's permissions."""
    user = request.user
    return isinstance(user, User) and user.is_active and (user.is_administrator or user.is_superuser)


class ForAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]
    """Visible to and editable by administrators; nothing can be added or deleted by default."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed."""
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether its pages can be opened."""
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether they can be saved."""
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Adding is disabled."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting is disabled."""
        return False


class ToRead(ForAdministrators):
    """Read-only for administrators."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changing is disabled."""
        return False


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """The editable fields of an account. Only its owner can set the password."""

    class Meta:
        model = User
        fields = ("email", "pseudonym", "groups", "is_active")
        widgets = {"groups": forms.CheckboxSelectMultiple}
        labels = {"groups": _("Roles")}
        help_texts = {
            "email": _("The person signs in with it."),
            "groups": _(
                "Every change is written into the log, which all administrators see. A new reviewer or administrator "
                "is one when a second administrator has confirmed it at the desk."
            ),
            "is_active": _("An account is closed, never deleted: what its person wrote keeps its author."),
        }

    def clean_email(self) -> str:
        """The address in lower case; unique without regard to case."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account of this address already."))
        return email


@admin.register(User)
class PersonAdmin(ForAdministrators):
    """Accounts are created by invitation; here address, pseudonym and roles are corrected, and accounts closed."""

    form = PersonForm
    fields = ("email", "pseudonym", "groups", "is_active", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")
    list_display = ("email", "pseudonym", "roles_held", "is_active", "date_joined")
    list_filter = ("groups", "is_active")
    search_fields = ("email", "pseudonym")
    ordering = ("email",)

    @admin.display(description=_("roles"))
    def roles_held(self, person: User) -> str:
        """The roles as text."""
        return role_names(person.groups.values_list("name", flat=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators cannot change a superuser's account."""
        reachable = obj is None or not obj.is_superuser or getattr(request.user, "is_superuser", False)
        return super().has_change_permission(request, obj) and reachable

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Users cannot change their own roles or close their own account: another administrator does."""
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, "groups", "is_active") if own else self.readonly_fields

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Changes need a fresh second factor."""
        if request.method == "POST":
            need_fresh_factor(request)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """A new address disables sign-in by the old one."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Roles that need confirmation wait for a second administrator; the log records what took effect."""
        if "groups" in form.changed_data:
            roles = [group.name for group in form.cleaned_data["groups"]]
            waiting = grants.give(form.instance, roles, cast("User", request.user))
            form.cleaned_data["groups"] = form.instance.groups.all()
            if waiting:
                words = gettext("These roles wait until a second administrator confirms them at the desk: %(roles)s.")
                messages.warning(request, words % {"roles": role_names(waiting)})
        super().save_related(request, form, formsets, change)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        """The log has the roles before and after."""
        message = super().construct_change_message(request, form, formsets, add)
        if "groups" not in form.changed_data:
            return message
        before = role_names(group.name for group in form.initial["groups"])
        after = role_names(group.name for group in form.cleaned_data["groups"])
        rest = [str(form.fields[name].label) for name in form.changed_data if name != "groups"]
        also = gettext(" Also changed: %(fields)s.") % {"fields": ", ".join(rest)} if rest else ""
        return gettext("Roles: %(before)s → %(after)s.") % {"before": before, "after": after} + also


def role_names(codes: Iterable[str]) -> str:
    """Roles as text, in the order of the vocabulary; a dash for none."""
    held = set(codes)
    return ", ".join(str(role.label) for role in Role if role in held) or "—"


@admin.register(Invitation)
class InvitationAdmin(ToRead):
    """Invitations with inviter and roles. They are made and withdrawn at the desk."""

    fields = ("email", "as_what", "invited_by", "invited_at", "accepted_at", "withdrawn_at")
    list_display = ("email", "as_what", "invited_by", "invited_at", "accepted_at", "withdrawn_at")
    search_fields = ("email",)
    readonly_fields = ("as_what",)

    @admin.display(description=_("roles"))
    def as_what(self, invitation: Invitation) -> str:
        """The roles of the future account."""
        return role_names(invitation.roles.values_list("name", flat=True))


@admin.register(LogEntry)
class LogAdmin(ToRead):
    """The log of changes in the admin, visible to all administrators."""

    fields = ("action_time", "user", "content_type", "object_repr", "what")
    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    readonly_fields = ("what",)
    list_filter = ("content_type",)
    search_fields = ("object_repr", "change_message")

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        """The change as text."""
        return entry.get_change_message()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """With the user, in one query."""
        return super().get_queryset(request).select_related("user", "content_type")
