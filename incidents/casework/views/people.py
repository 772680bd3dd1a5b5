"""Invitations and role grants: administrators invite, withdraw invitations, and confirm another administrator's
requests."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.casework.views.access import FORM, DeskRequest, desk
from people import grants
from people.factors import need_fresh_factor
from people.models import Invitation, Role, RoleGrant, User

REFUSED = 409


class InvitationForm(forms.Form):
    """The address and the roles of the invited person."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    def clean_email(self) -> str:
        """An address without an account."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account of this address already."))
        return email


@desk(Role.ADMINISTRATOR, methods=FORM)
def invitations(request: DeskRequest) -> HttpResponse:
    """Create an invitation. Its link is shown once, to be sent over a secure channel."""
    if request.method == "POST":
        need_fresh_factor(request)
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        _invitation, token = Invitation.invite(form.cleaned_data["email"], form.cleaned_data["roles"], request.user)
        link = request.build_absolute_uri(reverse("accept_invitation", args=[token]))
        form = InvitationForm()
    return _page(request, 422 if form.errors else 200, form=form, link=link)


@desk(Role.ADMINISTRATOR, methods=["POST"])
def withdraw_invitation(request: DeskRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation, whoever made it; its link stops working."""
    need_fresh_factor(request)
    invitation = get_object_or_404(Invitation, pk=pk)
    if not invitation.is_waiting:
        raise Http404
    invitation.withdraw()
    messages.success(request, gettext("The invitation of %(who)s is withdrawn.") % {"who": invitation.email})
    return redirect("desk:people")


@desk(Role.ADMINISTRATOR, methods=["POST"])
def decide_grant(request: DeskRequest, pk: int, decision: str) -> HttpResponse:
    """Confirm or refuse roles that another administrator requested."""
    if decision not in ("confirm", "refuse"):
        raise Http404
    need_fresh_factor(request)
    grant = get_object_or_404(RoleGrant.objects.select_related("person"), pk=pk)
    try:
        (grants.confirm if decision == "confirm" else grants.refuse)(grant, request.user)
    except grants.GrantError as refusal:
        return _page(request, REFUSED, form=InvitationForm(), refusal=refusal)
    said = gettext("Confirmed: %(who)s.") if decision == "confirm" else gettext("Not given: %(who)s.")
    messages.success(request, said % {"who": grant.person.email})
    return redirect("desk:people")


def _page(request: DeskRequest, status: int, **more: object) -> HttpResponse:
    waiting = RoleGrant.objects.filter(decided_at=None).select_related("person", "asked_by")
    context = {
        "grants": [(each, grants.may_confirm(each, request.user)) for each in waiting],
        "alone": grants.is_alone(request.user),
        "invitations": Invitation.objects.select_related("invited_by").prefetch_related("roles")[:50],
        "people": User.objects.prefetch_related("groups").order_by("email"),
    }
    return render(request, "casework/people.html", context | more, status=status)
