"""The addresses of what may be taken away. A list's other shapes are its own address with another ending."""

from django.urls import path, re_path

from incidents.register.api import views as api
from incidents.register.views import citations, feeds, figures, takeaway

TABLES = r"^(?P<name>incidents|sources|citations|investigations|totals)"

LISTS = "incidents|sources|investigations|totals|editions"

CITED = r"^(?P<folder>incidents|sources|investigations|totals)/(?P<code>[^/]+)/editions/(?P<number>[0-9]{1,9})"

urlpatterns = [
    re_path(rf"{CITED}/cite\.(?P<shape>[a-z]+)$", citations.cite, name="cite"),
    path("figures/", figures.figures, name="figures"),
    re_path(r"^figures/(?P<name>[a-z-]+)\.(?P<shape>[A-Za-z-]+(?:\.json)?)$", figures.figure_file, name="figure"),
    path("register.zip", takeaway.whole_register, name="package"),
    path("incidents.atom", feeds.incidents, name="incidents_feed"),
    path("citations.atom", feeds.citations, name="citations_feed"),
    re_path(r"^(?P<name>sources|investigations|totals)\.atom$", feeds.records, name="feed"),
    path("corrections.atom", feeds.corrections, name="corrections_feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<str:kind>-<int:part>.xml", feeds.sitemap_part, name="sitemap_part"),
    path("robots.txt", feeds.robots, name="robots"),
    re_path(rf"{TABLES}\.csv-metadata\.json$", takeaway.metadata, name="file_metadata"),
    re_path(rf"{TABLES}\.(?P<shape>[A-Za-z0-9_-]+)$", takeaway.table, name="file"),
    path("api/", takeaway.documentation, name="api"),
    path("api/v1/", api.index, name="api_index"),
    path("api/v1/openapi.json", api.openapi, name="api_description"),
    re_path(rf"^api/v1/(?P<name>{LISTS})$", api.listing, name="api_list"),
    re_path(rf"^api/v1/(?P<name>{LISTS})/(?P<code>[^/]+)$", api.record, name="api_record"),
    re_path(rf"^api/v1/(?P<path>(?:{LISTS})(?:/[^/]+)?)/$", api.without_slash, name="api_slash"),
    path("api/<path:path>", api.nothing),
]
