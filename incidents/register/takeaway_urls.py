"""The addresses of what may be taken away. A list's other shapes are its own address with another ending."""

from django.urls import path, re_path

from incidents.register.views import feeds, takeaway

TABLES = r"^(?P<name>incidents|sources|citations|investigations|totals)"

urlpatterns = [
    path("incidents.atom", feeds.incidents, name="incidents_feed"),
    path("corrections.atom", feeds.corrections, name="corrections_feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<str:kind>-<int:part>.xml", feeds.sitemap_part, name="sitemap_part"),
    path("robots.txt", feeds.robots, name="robots"),
    re_path(rf"{TABLES}\.csv-metadata\.json$", takeaway.metadata, name="file_metadata"),
    re_path(rf"{TABLES}\.(?P<shape>[A-Za-z0-9_-]+)$", takeaway.table, name="file"),
    path("api/", takeaway.documentation, name="api"),
]
