"""Structured data of a page: JSON-LD in schema.org terms.

It contains nothing that the page and the exports do not: a report about an event, never an event as a fact, and nothing
behind a content warning.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from incidents.register.exports.tables import POINTS
from incidents.register.models import Document, Edition
from incidents.register.pages.citing import absolute, edition_page_of, page_of
from incidents.register.pages.presenters import IncidentPage
from incidents.register.source_lookup import Line
from incidents.register.tables.about import LICENCE_URL, read_head
from incidents.register.tables.columns import moment_text
from incidents.vocabulary import Access, RecordKind
from incidents.wording import pick, publisher_of, safe_url, term

type Thing = dict[str, Any]

# `</script>` would end a data block, so markup characters are escaped.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_script(thing: Thing) -> SafeString:
    """The data block for the head of a page. It is not executed, so the CSP for scripts does not apply."""
    text = json.dumps({"@context": "https://schema.org"} | thing, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 — escaped above


def register() -> Thing:
    """The register as a Dataset."""
    head = read_head()
    files = [(shape, kind, reverse("register:file", args=["incidents", shape])) for shape, kind in TYPES.items()]
    thing = {
        "@type": "Dataset",
        "@id": absolute("/"),
        "name": str(settings.REGISTER_NAME),
        "description": str(settings.REGISTER_SUBTITLE),
        "url": absolute(reverse("register:home")),
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "inLanguage": ["en", "uk"],
        "creator": _publisher(),
        "distribution": [
            {"@type": "DataDownload", "name": shape.upper(), "encodingFormat": kind, "contentUrl": absolute(path)}
            for shape, kind, path in files
        ],
    }
    if head.published_at:
        thing |= {"version": str(head.number), "dateModified": moment_text(head.published_at)}
    return thing


def incident(page: IncidentPage, first: Edition) -> Thing:
    """An edition of an incident as a Report. `first` is the record's first edition."""
    document, edition = page.document, page.edition
    title = pick(page.title)
    thing: Thing = {
        "@type": "Report",
        "@id": absolute(edition_page_of(edition.kind, edition.code, edition.number)),
        "url": absolute(page_of(edition.kind, edition.code)),
        "identifier": edition.code,
        "reportNumber": edition.code,
        "version": str(edition.number),
        "headline": title.value,
        "inLanguage": title.language,
        "datePublished": moment_text(first.published_at),
        "dateModified": moment_text(edition.published_at),
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "publisher": _publisher(),
        "isPartOf": {"@id": absolute("/")},
        "about": _event(document, title.value),
        "citation": [
            _source(row) for row in page.layout.lookup.known(each["source"] for each in document["citations"])
        ],
        "sha256": edition.digest,
    }
    if document["grade"].get("code"):
        thing["creativeWorkStatus"] = term(document["grade"]["code"], "Grade")
    if document["summary"] and not document["content_warning"]:
        summary = pick(document["summary"])
        thing["abstract"] = summary.value
        if summary.language != title.language:
            thing["inLanguage"] = [title.language, summary.language]
    return thing


def _event(document: Document, title: str) -> Thing:
    event: Thing = {"@type": "Event", "name": title, "description": gettext("Reported; see the grade and the sources.")}
    when, where = document["date"], document["place"]
    if when["earliest"]:
        event["startDate"] = when["earliest"]
    if when["latest"]:
        event["endDate"] = when["latest"]
    return event | ({"location": _place(where)} if where.get("country") else {})


def _place(where: Document) -> Thing:
    """The place at its public precision; coordinates only where the precision allows a point."""
    address: Thing = {"@type": "PostalAddress", "addressCountry": where["country"]}
    if where.get("oblast_name"):
        address["addressRegion"] = pick(where["oblast_name"]).value
    place: Thing = {"@type": "Place", "address": address}
    if where.get("name"):
        place["name"] = pick(where["name"]).value
    if where.get("latitude") is not None and where["precision"] in POINTS:
        middle = {"@type": "GeoCoordinates", "latitude": where["latitude"], "longitude": where["longitude"]}
        place["geo"] = {"@type": "GeoCircle", "geoMidpoint": middle, "geoRadius": POINTS[where["precision"]]}
    return place


def _source(source: Line) -> Thing:
    address = absolute(page_of(RecordKind.SOURCE, source["code"]))
    work: Thing = {"@type": "CreativeWork", "name": source["title"], "url": address}
    if publisher := pick(publisher_of(source)).value:
        work["publisher"] = {"@type": "Organization", "name": publisher}
    if source["access"] == Access.PUBLIC and safe_url(source["url"]):
        work["sameAs"] = safe_url(source["url"])
    return work


def _publisher() -> Thing:
    return {"@type": "Organization", "name": str(settings.REGISTER_NAME), "url": absolute("/")}
