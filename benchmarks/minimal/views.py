"""Views with one SELECT and one template each, and a constant response."""

import os

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

PER_PAGE = 25


class Incident(models.Model):
    """The columns of a card, and the text of a page."""

    code = models.CharField(max_length=20, primary_key=True)
    title_en = models.CharField(max_length=300)
    summary_en = models.TextField()
    date = models.CharField(max_length=64)
    sort_date = models.DateField(null=True)
    place_en = models.CharField(max_length=300)
    killed_best = models.IntegerField(null=True)
    grade = models.CharField(max_length=30)
    setting = models.CharField(max_length=40)
    reports = models.IntegerField()
    origins = models.IntegerField()

    class Meta:
        app_label = "minimal"
        managed = False
        db_table = "register_registerincident"

    def __str__(self) -> str:
        return self.code


# Random bytes, which do not compress, and marked as compressed, so that the middleware does not try.
_CONSTANT = os.urandom(settings.CONSTANT_BYTES)


def listed(request: HttpRequest) -> HttpResponse:
    """25 rows by a filter, without facets."""
    rows = Incident.objects.filter(grade=request.GET["grade"], setting=request.GET["setting"])
    rows = rows.filter(killed_best__gte=request.GET["killed_min"]).order_by(
        models.F("sort_date").desc(nulls_last=True), "code"
    )
    return render(request, "list.html", {"rows": rows.defer("summary_en")[:PER_PAGE]})


def incident(request: HttpRequest, code: str) -> HttpResponse:
    """One row."""
    return render(request, "incident.html", {"row": get_object_or_404(Incident, code=code)})


def constant(request: HttpRequest) -> HttpResponse:
    """A constant response of the size of our page."""
    return HttpResponse(_CONSTANT, headers={"Content-Encoding": "gzip"})
