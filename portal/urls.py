"""The URL configuration of this process, by its surface."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from incidents.patterns import patterns
from portal.reports import csp_report

Addresses = list[URLPattern | URLResolver]

urlpatterns: Addresses = [
    path("", include("operations.urls")),
    path("csp-report", csp_report, name="csp_report"),
]

if settings.SURFACE in ("all", "desk"):
    admin.autodiscover()
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
    urlpatterns += i18n_patterns(
        path("desk/", include("incidents.casework.urls")),
        path("accounts/", include("people.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    )
if settings.SURFACE == "desk":
    urlpatterns += [path("", RedirectView.as_view(url="/desk/"))]
if settings.SURFACE in ("all", "public"):
    urlpatterns += [path("ledger/", include("incidents.ledger.urls"))]
    urlpatterns += i18n_patterns(path("", include("incidents.register.urls")), prefix_default_language=False)
if settings.DEBUG:
    urlpatterns += [path("patterns/", patterns)]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.not_found"
handler500 = "portal.outage.server_error"
