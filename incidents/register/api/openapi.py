"""The OpenAPI 3.1 document, generated from the columns and filter sets that the views use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from incidents.register.api.cursor import LONGEST
from incidents.register.api.lists import LISTINGS, CursorField, Listing
from incidents.register.as_of import PARAMETER
from incidents.register.filters.fields import LONGEST_TEXT, CodesField, DayField, WholeNumberField
from incidents.register.tables.about import LICENCE_NAME, LICENCE_URL
from incidents.register.tables.columns import Column, Kind, Table

VERSION = "1.0.0"
DAY = "^[0-9]{4}(-[0-9]{2}){0,2}$"
FORMATS = {Kind.DAY: "date", Kind.MOMENT: "date-time", Kind.ADDRESS: "uri"}
SAID = (
    "Read-only. Nothing is required to read it. Moments are in UTC and written with a Z (RFC 3339), except within an "
    "edition’s document, whose bytes never change."
)
PROBLEMS = {
    "400": "A part of the address is not understood.",
    "404": "Nothing was published at this address.",
    "405": "The register can only be read.",
    "410": "The record was withdrawn, or too much was published since the cursor was given.",
}


def description() -> dict[str, Any]:
    """The whole document, in the active language where a text is translated."""
    paths: dict[str, Any] = {}
    for name, listing in LISTINGS.items():
        paths[f"/{name}"] = {"get": _list_operation(name, listing)}
        if listing.kind is not None:
            paths[f"/{name}/{{code}}"] = {"get": _record_operation(name, listing)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": str(settings.REGISTER_NAME),
            "version": VERSION,
            "description": SAID,
            "license": {"name": LICENCE_NAME, "url": LICENCE_URL},
        },
        "servers": [{"url": settings.SITE_URL + reverse("register:api_index").rstrip("/")}],
        "paths": paths,
        "components": {
            "schemas": {name: _schema(listing.table) for name, listing in LISTINGS.items()}
            | {"about": _ABOUT, "problem": _PROBLEM},
            "responses": {f"problem-{status}": _problem(text) for status, text in PROBLEMS.items()},
        },
    }


_MOMENT = {"type": "string", "format": "date-time", "pattern": "Z$"}
_ABOUT = {
    "type": "object",
    "required": ["register", "made", "head", "licence"],
    "properties": {
        "register": {"type": "string"},
        "made": _MOMENT,
        "head": {
            "type": "object",
            "description": "The newest edition: two answers of one head and filter hold the same.",
            "required": ["edition", "digest", "published"],
            "properties": {
                "edition": {"type": "integer"},
                "digest": {"type": ["string", "null"]},
                "published": _MOMENT | {"type": ["string", "null"]},
            },
        },
        "filter": {
            "type": "object",
            "description": "Of lists: as the address has it, and in words.",
            "required": ["query", "words"],
            "properties": {"query": {"type": "string"}, "words": {"type": "string"}},
        },
        "licence": {
            "type": "object",
            "required": ["name", "title", "url"],
            "properties": {"name": {"type": "string"}, "title": {"type": "string"}, "url": {"type": "string"}},
        },
    },
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"parameter": {"type": ["string", "null"]}, "detail": {"type": "string"}},
            },
        },
    },
}


def _problem(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
    }


def _list_operation(name: str, listing: Listing) -> dict[str, Any]:
    filterset = listing.asked(QueryDict())
    answer = {
        "type": "object",
        "required": ["about", "count", "data", "links"],
        "properties": {
            "about": {"$ref": "#/components/schemas/about"},
            "count": {"type": "integer", "minimum": 0},
            "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "links": {
                "type": "object",
                "required": ["self", "next"],
                "properties": {"self": {"type": "string"}, "next": {"type": ["string", "null"]}},
            },
        },
    }
    parameters = [_parameter(field, filterset.form.fields[field]) for field in filterset.form.fields]
    return _operation(f"list-{name}", listing.table.meaning, parameters, answer, ("400", "405", "410"))


def _record_operation(name: str, listing: Listing) -> dict[str, Any]:
    day = _parameter(PARAMETER, listing.asked(QueryDict()).form.fields[PARAMETER])
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]+$"}}
    answer = {
        "type": "object",
        "required": ["about", "data", "document", "editions"],
        "properties": {
            "about": {"$ref": "#/components/schemas/about"},
            "data": {"$ref": f"#/components/schemas/{name}"},
            "document": {"type": "object"},
            "editions": {"type": "array", "items": {"type": "object"}},
        },
    }
    return _operation(f"one-of-{name}", listing.table.meaning, [code, day], answer, ("400", "404", "405", "410"))


def _operation(
    identity: str, summary: str, parameters: list[Any], answer: dict[str, Any], problems: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "operationId": identity,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "Found.", "content": {"application/json": {"schema": answer}}},
            "304": {"description": "Unchanged since the version named in If-None-Match."},
        }
        | {status: {"$ref": f"#/components/responses/problem-{status}"} for status in problems},
    }


def _parameter(name: str, field: forms.Field) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": str(field.label),
        "style": "form",
        "explode": True,
        "schema": _parameter_schema(field),
    }


def _parameter_schema(field: forms.Field) -> dict[str, Any]:
    """The schema of a parameter. An empty value is the same as no value, except for numbers."""
    if isinstance(field, forms.ChoiceField):
        codes = [str(code) for code, _label in field.choices if code]  # type: ignore[misc, union-attr]
        one = {"type": "string"} | ({"enum": [*codes, ""]} if codes else {})
        return {"type": "array", "items": one} if isinstance(field, CodesField) else one
    if isinstance(field, WholeNumberField):
        return {"type": "integer", "minimum": field.low, "maximum": field.high}
    if isinstance(field, DayField):
        return {"type": "string", "pattern": f"^$|{DAY}"}
    return {"type": "string", "maxLength": LONGEST if isinstance(field, CursorField) else LONGEST_TEXT}


def _schema(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "description": table.meaning,
        "required": table.names,
        "additionalProperties": False,
        "properties": {column.name: _column_schema(column) for column in table.columns},
    }


def _column_schema(column: Column) -> dict[str, Any]:
    codes = [str(code) for code in column.term.values] if column.term else []
    if column.kind == Kind.LIST:
        items = {"type": "string"} | ({"enum": codes} if codes else {})
        return {"type": "array", "items": items, "description": column.meaning}
    plain = column.kind.value if column.kind in (Kind.WHOLE, Kind.NUMBER) else "string"
    told: dict[str, Any] = {"type": [plain, "null"], "description": column.meaning}
    if column.kind in FORMATS:
        told["format"] = FORMATS[column.kind]
    return told | ({"enum": [*codes, None]} if codes else {})
