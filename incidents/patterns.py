"""A page for whoever works on the templates: every component with invented, neutral data. Served under DEBUG only."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from incidents import vocabulary

Sample = dict[str, Any]

FACTS = ["occurrence", "date", "place", "count_killed", "protected_status", "conduct", "attribution"]
PUBLISHERS = [
    ("Prosecutor's Office", "Прокуратура"),
    ("Example Broadcasting", "Прикладне мовлення"),
    ("Monitoring Mission", "Моніторингова місія"),
    ("Regional Gazette", "Обласна газета"),
    ("Open Source Group", "Група відкритих джерел"),
    ("Ministry of the other side", "Міністерство іншої сторони"),
    ("Institute of Examples", "Інститут прикладів"),
    ("Second Broadcaster", "Друге мовлення"),
    ("Human Rights Centre", "Правозахисний центр"),
    ("Weekly Review", "Тижневий огляд"),
]


def patterns(request: HttpRequest) -> HttpResponse:
    sample = SampleForm({"date": "2025-13-45", "killed_low": "2"})
    return render(
        request,
        "patterns.html",
        {
            "schemes": ["light", "dark"],
            "trail": [{"label": "Incidents", "url": "#"}, {"label": "HDC-0000"}],
            **_signs(),
            **_reporting(),
            **_lists(),
            "desk": render_to_string("components/_desk.html", {"sample_form": sample}),
        },
    )


def _signs() -> Sample:
    return {
        "grades": vocabulary.Grade.values,
        "stances": [*vocabulary.Stance.values, None],
        "precisions": vocabulary.PlacePrecision.values,
        "counts": [
            {"low": 2, "best": 5, "high": 5},
            {"low": 5, "best": 5, "high": 5},
            {"low": 1, "best": None, "high": None},
            {"low": 40, "best": 50, "high": 59},
            {"low": None, "best": None, "high": 3},
            {"low": None, "best": None, "high": None},
        ],
        "dates": [
            "2024-11-24",
            "2024-11",
            "2024-09/2024-10",
            "2024-11-23~",
            "../2025-05-21",
            "2022-12/2024-03",
            None,
        ],
    }


def _reporting() -> Sample:
    return {
        "matrix_small": {"facts": FACTS, "groups": [_group(0, 2), _group(1, 1), _group(5, 0, contradicts=True)]},
        "matrix_large": {"facts": FACTS, "groups": [_group(i, (12, 9, 2, 0, 1)[i % 5]) for i in range(10)]},
        "tree": {"n_reports": 36, "n_origins": 10, "roots": [_root(i, (12, 9, 2, 0, 1)[i % 5]) for i in range(10)]},
        "steps": [
            {
                "date": "2024-11-28",
                "status": "registered",
                "note": {
                    "en": "A case was opened on a violation of the laws and customs of war.",
                    "uk": "Відкрито провадження за фактом порушення законів та звичаїв війни.",
                },
                "sources": [_source(0)],
            },
            {
                "date": "2025-03",
                "status": "ongoing",
                "note": {"en": "Two witnesses were heard."},
                "sources": [_source(1)],
            },
            {"date": "2025-10-02", "status": "trial_in_absentia", "note": None, "sources": [_source(0), _source(3)]},
        ],
        "observations": [
            {
                "clock": {"en": "local time", "uk": "місцевий час"},
                "at": at,
                "text": {"en": text},
                "source": _source(1),
            }
            for at, text in (
                ("12:05", "Six people leave a trench with raised hands."),
                ("12:07", "They lie down beside the road."),
                ("12:11", "The recording ends."),
            )
        ],
        "warning": {
            "en": "A description of injuries seen in the footage.",
            "uk": "Опис поранень, які видно на записі.",
        },
        "record": {
            "code": "HDC-0000",
            "title": {"en": "An invented case near Exampleville", "uk": "Вигаданий випадок"},
        },
        "editions": [
            {
                "number": 2,
                "published_at": "2026-11-20T10:00:00Z",
                "change": "corrected",
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "note": {
                    "en": "The number killed was given as 6; the source says 5.",
                    "uk": "Кількість виправлено з 6 на 5.",
                },
                "changes": ["Killed: 6 → 5"],
                "url": "#",
            },
            {"number": 1, "published_at": "2026-11-02T09:30:00Z", "note": None, "url": "#"},
        ],
        "address": "https://register.example.org/incidents/HDC-0000/editions/2/",
        "one_language": {"title": {"en": None, "uk": "Текст, що існує лише українською."}},
    }


def _source(i: int) -> Sample:
    en, uk = PUBLISHERS[i % len(PUBLISHERS)]
    return {
        "code": f"S-{i + 1:04}",
        "publisher": {"en": en, "uk": uk},
        "title": f"An invented headline, number {i + 1}" if i % 4 else "[Statement of that day]",
        "published": "2024-11-28" if i % 3 else "2025-05",
        "url": f"https://www.example.org/{i + 1}" if i % 5 else None,
        "language": "en",
        "access": "restricted" if i % 7 == 3 else "public",
        "availability": "deleted" if i == 7 else "live",
    }


def _group(i: int, n_relays: int, *, contradicts: bool = False) -> Sample:
    stance = "contradicts" if contradicts else "supports"
    told = FACTS[: 7 - i % 4] if not contradicts else ["occurrence", "attribution"]
    citation: Sample = {
        "quote": "п’ятьох із шести, взятих у полон",
        "language": "uk",
        "translation": {"en": "five of the six taken prisoner"},
        "locator": "second paragraph",
    }
    cells = {fact: {**citation, "stance": "supports_in_part" if fact == "date" and i % 2 else stance} for fact in told}
    relayed: Sample = {fact: {"stance": "supports"} for fact in told[:3]}
    if i == 0:
        relayed = {**relayed, "count_killed": {**citation, "stance": "contradicts"}}
    relays = [{**_source(i * 13 + n + 10), "relation": "relays", "cells": relayed} for n in range(n_relays)]
    return {
        "label": dict(zip(("en", "uk"), PUBLISHERS[i], strict=True)),
        "counts": not contradicts,
        "sources": [{**_source(i), "relation": None, "cells": cells}, *relays],
    }


def _root(i: int, n_relays: int) -> Sample:
    relays = [{**_source(i * 13 + n + 10), "how": "relays", "cited": True, "children": []} for n in range(n_relays)]
    if i == 1:
        relays.append(
            {
                **_source(60),
                "how": "draws_on",
                "cited": True,
                "again": True,
                "says": {"en": "at least two killed", "uk": "щонайменше двоє вбитих"},
                "children": [{**_source(61), "how": "relays", "cited": True, "children": []}],
            }
        )
    return {
        **_source(i),
        "how": None,
        "cited": i != 3,
        "says": {"en": "five of six killed", "uk": "вбито пʼятьох із шести"} if i == 0 else None,
        "children": relays,
    }


def _lists() -> Sample:
    incidents = [
        {
            "code": f"HDC-{i:04}",
            "title": {
                "en": "Reported killing of captured soldiers near Exampleville",
                "uk": "Повідомлення про вбивство полонених військових поблизу Прикладного",
            },
            "date": edtf,
            "place": {"en": "near Exampleville, Example oblast", "uk": "поблизу Прикладного, Прикладна область"},
            "killed": {"low": 2, "best": 5, "high": 5} if i != 2 else {},
            "survived": {"low": 0, "best": None, "high": 1} if i == 1 else {},
            "grade": grade,
            "n_reports": (36, 1, 10)[i - 1],
            "n_origins": (10, 1, 3)[i - 1],
            "href": "#",
        }
        for i, edtf, grade in (
            (1, "2024-11-24", "corroborated"),
            (2, "../2022-07-28", "alleged"),
            (3, "2024-09/2024-10", "contested"),
        )
    ]
    return {
        "incidents": incidents,
        "page": Paginator(range(60), 25).page(2),
        "chips": [
            {"label": "Oblast", "value": "Donetsk", "remove_url": "#"},
            {"label": "Grade", "value": "Corroborated", "remove_url": "#"},
        ],
        "sentence": "5 of 16 incidents: in Donetsk oblast, corroborated.",
    }


class SampleForm(forms.Form):
    """One of each kind of field that the desk's forms use, some of them refused."""

    title = forms.CharField(help_text="A sentence that could be read aloud to a family or in a courtroom.")
    date = forms.RegexField(
        r"^\d{4}(-(0\d|1[0-2]))?$",
        help_text="As precise as the reporting is: 2025-05-22, 2024-11, 2024-09/2024-10.",
        error_messages={"invalid": "There is no month 13. Write a date like 2025-05-22 or 2024-11."},
    )
    killed_low = forms.IntegerField(label="Killed, at least", min_value=0)
    setting = forms.ChoiceField(choices=vocabulary.Setting.choices)
    conduct = forms.MultipleChoiceField(
        choices=vocabulary.Conduct.choices[:4], widget=forms.CheckboxSelectMultiple, required=False
    )
    summary = forms.CharField(widget=forms.Textarea, required=False)
    sure = forms.BooleanField(label="I have read the sources myself", required=False)
