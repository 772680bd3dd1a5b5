"""Invitations: administrators invite, and see who has not come yet."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.casework.views.access import FORM, DeskRequest, desk
from people.factors import need_fresh_factor
from people.models import Invitation, Role, User


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    def clean_email(self) -> str:
        """An address that has no account yet."""
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account of this address already."))
        return email


@desk(Role.ADMINISTRATOR, methods=FORM)
def invitations(request: DeskRequest) -> HttpResponse:
    """Invite somebody; the link is shown once, to be handed over by a safe way."""
    if request.method == "POST":
        need_fresh_factor(request)
    form = InvitationForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        _invitation, token = Invitation.invite(form.cleaned_data["email"], form.cleaned_data["roles"], request.user)
        link = request.build_absolute_uri(reverse("accept_invitation", args=[token]))
        form = InvitationForm()
    context = {
        "form": form,
        "link": link,
        "invitations": Invitation.objects.prefetch_related("roles")[:50],
        "people": User.objects.prefetch_related("groups").order_by("email"),
    }
    return render(request, "casework/people.html", context, status=422 if form.errors else 200)
