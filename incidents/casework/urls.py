"""The URLs of the desk."""

from django.urls import path, register_converter

from incidents.casework.views import lists, merging, moves, people, records, redactions, reviews, suggestions, trail
from incidents.vocabulary import RecordKind

PLURALS = {
    "incidents": RecordKind.INCIDENT,
    "sources": RecordKind.SOURCE,
    "investigations": RecordKind.INVESTIGATION,
    "totals": RecordKind.TOTAL,
}


class KindConverter:
    """`incidents`, `sources`, … in a URL, the kind of record in Python."""

    regex = "|".join(PLURALS)

    def to_python(self, value: str) -> RecordKind:
        """The kind of a plural."""
        return PLURALS[value]

    def to_url(self, value: str) -> str:
        """The plural of a kind."""
        return next(plural for plural, kind in PLURALS.items() if kind == value)


register_converter(KindConverter, "kind")

app_name = "desk"
urlpatterns = [
    path("", lists.drafts, name="drafts"),
    path("queue/", lists.queue, name="queue"),
    path("search/", lists.search, name="search"),
    path("incidents/", lists.records, {"kind": RecordKind.INCIDENT}, name="incidents"),
    path("sources/", lists.records, {"kind": RecordKind.SOURCE}, name="sources"),
    path("investigations/", lists.records, {"kind": RecordKind.INVESTIGATION}, name="investigations"),
    path("totals/", lists.records, {"kind": RecordKind.TOTAL}, name="totals"),
    path("units/", lists.units, name="units"),
    path("people/", people.invitations, name="people"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="invitation_withdraw"),
    path("people/grants/<int:pk>/<str:decision>/", people.decide_grant, name="grant_decision"),
    path("trail/", trail.trail, name="trail"),
    path("redactions/", redactions.overview, name="redactions"),
    path("redactions/<str:code>/ask/", redactions.ask, name="redact"),
    path("redactions/<int:pk>/<str:decision>/", redactions.decide, name="redaction_decision"),
    path("<kind:kind>/new/", records.new, name="new"),
    path("<kind:kind>/<str:code>/", records.show, name="record"),
    path("<kind:kind>/<str:code>/edit/", records.edit, name="edit"),
    path("<kind:kind>/<str:code>/history/", records.history, name="history"),
    path("<kind:kind>/<str:code>/review/", reviews.review, name="review"),
    path("<kind:kind>/<str:code>/merge/", merging.merge, name="merge"),
    path("<kind:kind>/<str:code>/move/<str:name>/", moves.move, name="move"),
    path("suggestions/places/", suggestions.places, name="place_suggestions"),
    path("suggestions/sources/", suggestions.sources, name="source_suggestions"),
    path("suggestions/known-sources/", suggestions.known_sources, name="known_sources"),
    path("suggestions/records/<kind:kind>/", suggestions.records, name="record_suggestions"),
    path("suggestions/similar-incidents/", suggestions.similar, name="similar_incidents"),
    path("suggestions/units/", suggestions.units, name="unit_suggestions"),
    path("suggestions/publishers/", suggestions.publishers, name="publisher_suggestions"),
    path("suggestions/point/", suggestions.point, name="point_reading"),
    path("suggestions/date/", suggestions.date, name="date_reading"),
]
