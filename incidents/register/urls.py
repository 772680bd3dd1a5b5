"""The public addresses, as a table of contents. A code never changes, nor does what stands at an edition's address."""

from django.urls import path

from incidents.register import takeaway_urls
from incidents.register.views import (
    comparisons,
    embeds,
    incidents,
    investigations,
    ledger,
    maps,
    pages,
    records,
    sources,
    timeline,
    totals,
)
from incidents.vocabulary import RecordKind

app_name = "register"

INCIDENT = {"kind": RecordKind.INCIDENT}
SOURCE = {"kind": RecordKind.SOURCE}
INVESTIGATION = {"kind": RecordKind.INVESTIGATION}
TOTAL = {"kind": RecordKind.TOTAL}

urlpatterns = [
    path("", pages.home, name="home"),
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
    path("definitions/", pages.definitions, name="definitions"),
    path("methodology/", pages.methodology, name="methodology"),
    path("corrections/", pages.corrections, name="corrections"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("embed/incidents/", embeds.incidents, name="embed_incidents"),
    path("embed/incidents/<str:code>/", embeds.incident, name="embed_incident"),
    path("embed/map/", embeds.incidents_map, name="embed_map"),
    *takeaway_urls.urlpatterns,
]
