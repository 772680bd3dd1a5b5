"""The public URLs. A code never changes, nor does the content at an edition's URL."""

from django.urls import path, re_path

from incidents.register.api import views as api
from incidents.register.charts import views as charts
from incidents.register.embeds import views as embeds
from incidents.register.exports import views as exports
from incidents.register.feeds import views as feeds
from incidents.register.maps import views as maps
from incidents.register.pages import (
    citations,
    comparisons,
    home,
    incidents,
    investigations,
    ledger,
    records,
    sources,
    timeline,
    totals,
    units,
)
from incidents.vocabulary import RecordKind

app_name = "register"

INCIDENT = {"kind": RecordKind.INCIDENT}
SOURCE = {"kind": RecordKind.SOURCE}
INVESTIGATION = {"kind": RecordKind.INVESTIGATION}
TOTAL = {"kind": RecordKind.TOTAL}

# A list in another format has the same URL with a file extension.
TABLES = r"^(?P<name>incidents|sources|citations|investigations|totals)"
LISTS = "incidents|sources|investigations|totals|editions"
EDITION = r"^(?P<folder>incidents|sources|investigations|totals)/(?P<code>[^/]+)/editions/(?P<number>[0-9]{1,9})"

urlpatterns = [
    path("", home.home, name="home"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/<str:code>/", incidents.incident, name="incident"),
    path("incidents/<str:code>/compare/", comparisons.compare, INCIDENT, name="incident_compare"),
    path("incidents/<str:code>/editions/<int:number>/", incidents.incident_edition, name="incident_edition"),
    path("incidents/<str:code>/editions/<int:number>.json", records.document, INCIDENT, name="incident_document"),
    path("incidents/<str:code>/editions/<int:number>.tlog-proof", ledger.proof, INCIDENT, name="incident_proof"),
    path("map/", maps.incidents_map, name="map"),
    path("map/data.json", maps.map_data, name="map_data"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<str:code>/", sources.source, name="source"),
    path("sources/<str:code>/compare/", comparisons.compare, SOURCE, name="source_compare"),
    path("sources/<str:code>/editions/<int:number>/", sources.source_edition, name="source_edition"),
    path("sources/<str:code>/editions/<int:number>.json", records.document, SOURCE, name="source_document"),
    path("sources/<str:code>/editions/<int:number>.tlog-proof", ledger.proof, SOURCE, name="source_proof"),
    path("investigations/", investigations.investigations, name="investigations"),
    path("investigations/<str:code>/", investigations.investigation, name="investigation"),
    path("investigations/<str:code>/compare/", comparisons.compare, INVESTIGATION, name="investigation_compare"),
    path(
        "investigations/<str:code>/editions/<int:number>/",
        investigations.investigation_edition,
        name="investigation_edition",
    ),
    path(
        "investigations/<str:code>/editions/<int:number>.json",
        records.document,
        INVESTIGATION,
        name="investigation_document",
    ),
    path(
        "investigations/<str:code>/editions/<int:number>.tlog-proof",
        ledger.proof,
        INVESTIGATION,
        name="investigation_proof",
    ),
    path("totals/", totals.totals, name="totals"),
    path("totals/<str:code>/", totals.total, name="total"),
    path("totals/<str:code>/compare/", comparisons.compare, TOTAL, name="total_compare"),
    path("totals/<str:code>/editions/<int:number>/", totals.total_edition, name="total_edition"),
    path("totals/<str:code>/editions/<int:number>.json", records.document, TOTAL, name="total_document"),
    path("totals/<str:code>/editions/<int:number>.tlog-proof", ledger.proof, TOTAL, name="total_proof"),
    path("units/", units.units, name="units"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("definitions/", home.definitions, name="definitions"),
    path("methodology/", home.methodology, name="methodology"),
    path("corrections/", home.corrections, name="corrections"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("embed/incidents/", embeds.incidents, name="embed_incidents"),
    path("embed/incidents/<str:code>/", embeds.incident, name="embed_incident"),
    path("embed/map/", embeds.incidents_map, name="embed_map"),
    re_path(rf"{EDITION}/cite\.(?P<shape>[a-z]+)$", citations.cite, name="cite"),
    path("figures/", charts.figures, name="figures"),
    re_path(r"^figures/(?P<name>[a-z-]+)\.(?P<shape>[A-Za-z-]+(?:\.json)?)$", charts.figure_file, name="figure"),
    path("register.zip", exports.whole_register, name="package"),
    path("incidents.atom", feeds.incidents, name="incidents_feed"),
    path("citations.atom", feeds.citations, name="citations_feed"),
    re_path(r"^(?P<name>sources|investigations|totals)\.atom$", feeds.records, name="feed"),
    path("corrections.atom", feeds.corrections, name="corrections_feed"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<str:kind>-<int:part>.xml", feeds.sitemap_part, name="sitemap_part"),
    path("robots.txt", feeds.robots, name="robots"),
    re_path(rf"{TABLES}\.csv-metadata\.json$", exports.metadata, name="file_metadata"),
    re_path(rf"{TABLES}\.(?P<shape>[A-Za-z0-9_-]+)$", exports.table, name="file"),
    path("api/", exports.documentation, name="api"),
    path("api/v1/", api.index, name="api_index"),
    path("api/v1/openapi.json", api.openapi, name="api_description"),
    re_path(rf"^api/v1/(?P<name>{LISTS})$", api.listing, name="api_list"),
    re_path(rf"^api/v1/(?P<name>{LISTS})/(?P<code>[^/]+)$", api.record, name="api_record"),
    re_path(rf"^api/v1/(?P<path>(?:{LISTS})(?:/[^/]+)?)/$", api.without_slash, name="api_slash"),
    path("api/<path:path>", api.nothing),
]
