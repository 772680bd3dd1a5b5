"""Accounts in the administration: administrators look after them, see each other do it, and publish nothing."""

from collections.abc import Iterable
from typing import Any, cast

# Imported so that what they register can be taken out again, whatever order Django finds them in.
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
    """Whether an administrator asks: the role decides, not a permission that somebody was given once."""
    user = request.user
    return isinstance(user, User) and user.is_active and (user.is_administrator or user.is_superuser)


class ForAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]
    """Seen and changed by administrators; nothing is added or deleted unless a page says so."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed."""
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the pages open."""
        return is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether they can be saved."""
        return is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted."""
        return False


class ToRead(ForAdministrators):
    """Seen by administrators and changed by nobody."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed."""
        return False


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator changes of an account. Its password is nobody's but the person's."""

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
        """The address as it is kept, which no other account has, whatever its case."""
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account of this address already."))
        return email


@admin.register(User)
class PersonAdmin(ForAdministrators):
    """People come by invitation; here their address, pseudonym and roles are corrected, and accounts are closed."""

    form = PersonForm
    fields = ("email", "pseudonym", "groups", "is_active", "date_joined", "last_login")
    readonly_fields = ("date_joined", "last_login")
    list_display = ("email", "pseudonym", "roles_held", "is_active", "date_joined")
    list_filter = ("groups", "is_active")
    search_fields = ("email", "pseudonym")
    ordering = ("email",)

    @admin.display(description=_("roles"))
    def roles_held(self, person: User) -> str:
        """The roles in words."""
        return role_names(person.groups.values_list("name", flat=True))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's account is out of an administrator's reach."""
        reachable = obj is None or not obj.is_superuser or getattr(request.user, "is_superuser", False)
        return super().has_change_permission(request, obj) and reachable

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody changes their own roles, or closes their own account: another administrator does."""
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, "groups", "is_active") if own else self.readonly_fields

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Roles and accounts are changed with a fresh second factor."""
        if request.method == "POST":
            need_fresh_factor(request)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """With a new address, sign-in by the old one ends."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Roles that weigh wait for a second administrator; what the log then says is what took effect."""
        if "groups" in form.changed_data:
            roles = [group.name for group in form.cleaned_data["groups"]]
            waiting = grants.give(form.instance, roles, cast("User", request.user))
            form.cleaned_data["groups"] = form.instance.groups.all()
            if waiting:
                words = gettext("These roles wait until a second administrator confirms them at the desk: %(roles)s.")
                messages.warning(request, words % {"roles": role_names(waiting)})
        super().save_related(request, form, formsets, change)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        """The log says which roles a person had and has."""
        message = super().construct_change_message(request, form, formsets, add)
        if "groups" not in form.changed_data:
            return message
        before = role_names(group.name for group in form.initial["groups"])
        after = role_names(group.name for group in form.cleaned_data["groups"])
        rest = [str(form.fields[name].label) for name in form.changed_data if name != "groups"]
        also = gettext(" Also changed: %(fields)s.") % {"fields": ", ".join(rest)} if rest else ""
        return gettext("Roles: %(before)s → %(after)s.") % {"before": before, "after": after} + also


def role_names(codes: Iterable[str]) -> str:
    """Roles in words, in the order of the vocabulary; a dash for none."""
    held = set(codes)
    return ", ".join(str(role.label) for role in Role if role in held) or "—"


@admin.register(Invitation)
class InvitationAdmin(ToRead):
    """Who was invited by whom, as what. Invitations are made and withdrawn at the desk."""

    fields = ("email", "as_what", "invited_by", "invited_at", "accepted_at", "withdrawn_at")
    list_display = ("email", "as_what", "invited_by", "invited_at", "accepted_at", "withdrawn_at")
    search_fields = ("email",)
    readonly_fields = ("as_what",)

    @admin.display(description=_("roles"))
    def as_what(self, invitation: Invitation) -> str:
        """The roles that the account will have."""
        return role_names(invitation.roles.values_list("name", flat=True))


@admin.register(LogEntry)
class LogAdmin(ToRead):
    """What administrators changed, for all of them to see."""

    fields = ("action_time", "user", "content_type", "object_repr", "what")
    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    readonly_fields = ("what",)
    list_filter = ("content_type",)
    search_fields = ("object_repr", "change_message")

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        """The change in words."""
        return entry.get_change_message()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """With who did it, in one query."""
        return super().get_queryset(request).select_related("user", "content_type")
