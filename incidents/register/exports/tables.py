"""The tables of the exports. A column that is not declared here is in no file, feed or API response.

Everything is read from the register's own rows, which contain nothing beyond the public documents of editions.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.conf import settings

from incidents.register.filters.filter_types import Codes
from incidents.register.filters.incidents import FILTERS
from incidents.register.tables.columns import Column, Kind, Table
from incidents.vocabulary import (
    Access,
    AttributionLevel,
    Availability,
    BodyKind,
    Derivation,
    Distance,
    EditionChange,
    Fact,
    PlacePrecision,
    ProtectedStatus,
    RecordKind,
    SourceKind,
    Stance,
    StepStatus,
    Term,
    TotalQualifier,
    TotalWhat,
)

# Precisions for which a point is correct; coarser ones are an area, for which a point would be false.
POINTS = {
    each.value: each.radius_m
    for each in (PlacePrecision.EXACT, PlacePrecision.VICINITY, PlacePrecision.LOCALITY, PlacePrecision.NEAR)
}
FOLDERS = {
    RecordKind.INCIDENT: "incidents",
    RecordKind.SOURCE: "sources",
    RecordKind.INVESTIGATION: "investigations",
    RecordKind.TOTAL: "totals",
}


def address(kind: str, code: str, number: int) -> str:
    """The permanent URL of an edition, in English, so that it is the same in every file."""
    return f"{settings.SITE_URL}/{FOLDERS[RecordKind(kind)]}/{code}/editions/{number}/"


def coordinate(value: Decimal | None, precision: str) -> float | None:
    """A coordinate where the precision allows a point, without trailing zeros."""
    return float(value) if value is not None and precision in POINTS else None


def _text(name: str, en: str, uk: str, *fields: str) -> Column:
    return Column(name, Kind.TEXT, en, uk, fields)


def _whole(name: str, en: str, uk: str, *fields: str) -> Column:
    return Column(name, Kind.WHOLE, en, uk, fields)


def _day(name: str, en: str, uk: str, *fields: str) -> Column:
    return Column(name, Kind.DAY, en, uk, fields)


def _codes(name: str, term: type[Term] | None, en: str, uk: str) -> Column:
    return Column(name, Kind.LIST, en, uk, term=term)


def _code(name: str, term: type[Term], en: str, uk: str, *fields: str) -> Column:
    return Column(name, Kind.TEXT, en, uk, fields, term=term)


_DECLARED = {each.column: each for each in FILTERS if each.column}


def _declared(column: str) -> Column:
    """The column of a filter, with the meaning declared there."""
    declared = _DECLARED[column]
    if isinstance(declared, Codes):
        return Column(column, Kind.LIST if declared.is_list else Kind.TEXT, *declared.meaning, term=declared.terms)
    return Column(column, Kind.WHOLE, *declared.meaning)


def _head(kind: RecordKind, en: str, uk: str) -> list[Column]:
    """The first columns of every table of records."""
    return [
        _text("code", f"Code of the {en}. It never changes.", f"Код {uk}. Він ніколи не змінюється."),
        _whole("edition", "Number of the current edition.", "Номер поточної редакції.", "number"),
        Column(
            "first_published",
            Kind.MOMENT,
            "When the first edition was published (UTC).",
            "Коли опубліковано першу редакцію (UTC).",
            ("first_published_at",),
        ),
        Column(
            "published",
            Kind.MOMENT,
            "When the current edition was published (UTC).",
            "Коли опубліковано поточну редакцію (UTC).",
            ("published_at",),
        ),
        Column(
            "url",
            Kind.ADDRESS,
            "Address of this edition, which will always show these words.",
            "Адреса цієї редакції, за якою завжди стоятиме саме цей текст.",
            ("code", "number"),
            lambda code, number: address(kind, code, number),
        ),
        _text(
            "digest",
            "SHA-256 of this edition's document (canonical JSON, RFC 8785), in hex.",
            "SHA-256 документа цієї редакції (канонічний JSON, RFC 8785), шістнадцятковий.",
            "edition__digest",
        ),
    ]


def _counts(who: str, en: str, uk: str) -> list[Column]:
    ends = {
        "low": ("Lowest number given of people who", "Найменше наведене число людей, які"),
        "best": ("Number on which the reviewed reading of the sources settles, of people who", "Число за оцінкою"),
        "high": ("Highest number given of people who", "Найбільше наведене число людей, які"),
    }
    uk_best = f"Число людей, які {uk}, за перевіреним прочитанням джерел."
    return [
        _whole(f"{who}_{end}", f"{words[0]} {en}.", uk_best if end == "best" else f"{words[1]} {uk}.")
        for end, words in ends.items()
    ]


INCIDENTS = Table(
    "incidents",
    "One incident: a reported event in which people out of action are said to have been killed.",
    "Один випадок: повідомлена подія, під час якої, за повідомленнями, вбито людей поза боєм.",
    [
        *_head(RecordKind.INCIDENT, "incident", "випадку"),
        _text("title_en", "Title in English.", "Заголовок англійською."),
        _text("title_uk", "Title in Ukrainian.", "Заголовок українською."),
        _text("summary_en", "Summary in English.", "Стислий виклад англійською."),
        _text("summary_uk", "Summary in Ukrainian.", "Стислий виклад українською."),
        _text(
            "date",
            "When it happened, in EDTF (ISO 8601-2): `2024-11`, `2024-11-24?`, `../2024-12-02` say what is not known.",
            "Коли сталося, в EDTF (ISO 8601-2): `2024-11`, `2024-11-24?`, `../2024-12-02` показують, що невідомо.",
        ),
        _day("earliest", "Earliest day that the date allows.", "Найраніший день, який допускає дата."),
        _day("latest", "Latest day that the date allows.", "Найпізніший день, який допускає дата."),
        _text(
            "place_en", "Place in English, no finer than its precision.", "Місце англійською, не точніше за точність."
        ),
        _text(
            "place_uk", "Place in Ukrainian, no finer than its precision.", "Місце українською, не точніше за точність."
        ),
        _declared("oblast"),
        _text("country", "Country as ISO 3166-1 alpha-2, where known.", "Країна за ISO 3166-1 alpha-2, якщо відома."),
        _code("precision", PlacePrecision, "How closely the place is shown.", "Наскільки точно показано місце."),
        Column(
            "radius_m",
            Kind.WHOLE,
            "Metres around the point within which the place lies; empty where the place is an area.",
            "Метри навколо точки, в межах яких лежить місце; порожньо, якщо місце — територія.",
            ("precision", "latitude"),
            lambda precision, latitude: POINTS.get(precision) if latitude is not None else None,
        ),
        Column(
            "latitude",
            Kind.NUMBER,
            "Degrees north (WGS 84); empty where a point would claim more than is known.",
            "Градуси північної широти (WGS 84); порожньо там, де точка стверджувала б більше, ніж відомо.",
            ("latitude", "precision"),
            coordinate,
        ),
        Column(
            "longitude",
            Kind.NUMBER,
            "Degrees east (WGS 84); empty where a point would claim more than is known.",
            "Градуси східної довготи (WGS 84); порожньо там, де точка стверджувала б більше, ніж відомо.",
            ("longitude", "precision"),
            coordinate,
        ),
        *_counts("killed", "were reportedly killed", "за повідомленнями, загинули"),
        *_counts("survived", "reportedly survived", "за повідомленнями, вижили"),
        _declared("grade"),
        _declared("conduct"),
        _codes(
            "protected_status",
            ProtectedStatus,
            "Why those killed were protected.",
            "Чому вбиті перебували під захистом.",
        ),
        _declared("setting"),
        _declared("units"),
        _codes("sources", None, "Codes of all sources named.", "Коди всіх названих джерел."),
        _declared("source_kinds"),
        _codes("investigations", None, "Codes of the investigations.", "Коди розслідувань."),
        _declared("investigation_statuses"),
        _codes("related", None, "Codes of related incidents.", "Коди повʼязаних випадків."),
        _whole("reports", "Number of reports cited.", "Кількість процитованих повідомлень."),
        _declared("origins"),
    ],
)
_NAMED = set(INCIDENTS.names)
# Columns of filters declared later come at the end, so that the others keep their positions.
INCIDENTS = replace(
    INCIDENTS, columns=[*INCIDENTS.columns, *(_declared(column) for column in _DECLARED if column not in _NAMED)]
)

SOURCES = Table(
    "sources",
    "One source: a report, document, recording or statement on which claims rest. Never a confidential one.",
    "Одне джерело: повідомлення, документ, запис або заява, на яких ґрунтуються твердження. Конфіденційних немає.",
    [
        *_head(RecordKind.SOURCE, "source", "джерела"),
        _code("kind", SourceKind, "Kind of source.", "Вид джерела.", "source_kind"),
        _code("distance", Distance, "Distance from the event.", "Відстань від події."),
        _code("access", Access, "Who may see it.", "Хто може його бачити."),
        _text(
            "publisher",
            "Who published it: the English name, else the Ukrainian one.",
            "Хто оприлюднив: назва англійською, а як її немає, українською.",
        ),
        _text("title", "Its title; in brackets where it is not a headline.", "Назва; у дужках, якщо це не заголовок."),
        Column("address", Kind.ADDRESS, "Where it was published.", "Де оприлюднено.", ("url",)),
        _text("published_on", "When it was published, in EDTF.", "Коли оприлюднено, в EDTF.", "published"),
        _text("language", "Its language (BCP 47).", "Мова (BCP 47)."),
        _code("availability", Availability, "Whether it is still there.", "Чи воно ще доступне."),
        _text("publisher_uk", "Who published it, in Ukrainian.", "Хто оприлюднив, українською."),
    ],
)

CITATIONS = Table(
    "citations",
    "One citation: what one source says about one incident.",
    "Одне посилання: що одне джерело говорить про один випадок.",
    [
        _text("code", "Code of the incident.", "Код випадку.", "incident_id"),
        _whole("position", "Place in the incident's list of citations.", "Місце в переліку посилань випадку."),
        _text("source", "Code of the source.", "Код джерела.", "source_id"),
        _text("via", "Code of the source that this one repeats here.", "Код джерела, яке тут повторено."),
        _code("stance", Stance, "How the source stands to the incident.", "Як джерело ставиться до випадку."),
        _codes("facts", Fact, "Which facts it speaks to.", "Яких фактів воно стосується."),
        _text("quote", "Its own words, in its language.", "Дослівно, мовою джерела."),
        _text("quote_language", "Language of the quote (BCP 47).", "Мова цитати (BCP 47)."),
        _text("quote_en", "Our translation into English.", "Наш переклад англійською."),
        _text("quote_uk", "Our translation into Ukrainian.", "Наш переклад українською."),
        _text("locator_en", "Where in the source, in English.", "Де саме в джерелі, англійською."),
        _text("locator_uk", "Where in the source, in Ukrainian.", "Де саме в джерелі, українською."),
        _whole("killed_low", "Number killed that it gives, or the lower end.", "Число загиблих або його нижня межа."),
        _whole("killed_high", "Number killed that it gives, or the upper end.", "Число загиблих або його верхня межа."),
        _whole("survived_low", "Number who survived, or the lower end.", "Число тих, хто вижив, або його нижня межа."),
        _whole(
            "survived_high", "Number who survived, or the upper end.", "Число тих, хто вижив, або його верхня межа."
        ),
        _whole(
            "edition",
            "The incident's edition that it belongs to.",
            "Редакція випадку, до якої належить.",
            "incident__number",
        ),
    ],
    ("code", "position"),
)

INVESTIGATIONS = Table(
    "investigations",
    "One investigation: what one body did about one or more incidents. Its steps are in its document.",
    "Одне розслідування: що один орган зробив щодо одного чи кількох випадків. Кроки — в його документі.",
    [
        *_head(RecordKind.INVESTIGATION, "investigation", "розслідування"),
        _text("title_en", "Title in English.", "Назва англійською."),
        _text("title_uk", "Title in Ukrainian.", "Назва українською."),
        _text("body_en", "Body in English.", "Орган англійською."),
        _text("body_uk", "Body in Ukrainian.", "Орган українською."),
        _code("body_kind", BodyKind, "Kind of body.", "Вид органу."),
        _code("status", StepStatus, "Status of the last step.", "Статус останнього кроку."),
        _text("status_date", "Date of the last step, in EDTF.", "Дата останнього кроку, в EDTF."),
    ],
)

STEPS = Table(
    "steps",
    "One step of an investigation, in the order of its document; only in `register.zip`.",
    "Один крок розслідування в порядку його документа; лише в `register.zip`.",
    [
        _text("code", "Code of the investigation.", "Код розслідування."),
        _whole("position", "Place among the investigation's steps.", "Місце серед кроків розслідування."),
        _text("date", "Date of the step, in EDTF.", "Дата кроку, в EDTF."),
        _code("status", StepStatus, "Status that the investigation has by it.", "Статус розслідування після нього."),
        _text("source", "Code of the source.", "Код джерела."),
        _text("note_en", "Note in English.", "Примітка англійською."),
        _text("note_uk", "Note in Ukrainian.", "Примітка українською."),
    ],
    ("code", "position"),
)

TOTALS = Table(
    "totals",
    "One reported total: a body's own count as of a day. Totals are never added.",
    "Один повідомлений підсумок: власний підрахунок органу станом на день. Підсумки ніколи не додають.",
    [
        *_head(RecordKind.TOTAL, "total", "підсумку"),
        _text("body_en", "Body in English.", "Орган англійською."),
        _text("body_uk", "Body in Ukrainian.", "Орган українською."),
        _code("what", TotalWhat, "What is counted.", "Що пораховано."),
        _whole("value", "The number.", "Число."),
        _code("qualifier", TotalQualifier, "How the body qualifies its number.", "Як орган уточнює своє число."),
        _text("period", "Period that the number is of, in EDTF.", "Період, якого стосується число, в EDTF."),
        _text("as_of", "Day as of which the number is given, in EDTF.", "День, станом на який наведено число, в EDTF."),
        _text("scope_en", "What the number covers, in English.", "Що охоплює число, англійською."),
        _text("scope_uk", "What the number covers, in Ukrainian.", "Що охоплює число, українською."),
        _text("note_en", "A note on the number, in English.", "Примітка про число, англійською."),
        _text("note_uk", "The same note in Ukrainian.", "Та сама примітка українською."),
        _text("source", "Code of the source.", "Код джерела."),
    ],
)

DERIVATIONS = Table(
    "derivations",
    "One derivation: that one source rests on another.",
    "Одне походження: одне джерело спирається на інше.",
    [
        _text("source", "Code of the source that derives.", "Код похідного джерела.", "source_id"),
        _text(
            "upstream",
            "Code of the source that it derives from.",
            "Код джерела, від якого воно походить.",
            "upstream_id",
        ),
        _code("how", Derivation, "In which way.", "У який спосіб."),
        _text("note", "Note.", "Примітка."),
    ],
    ("source", "upstream"),
)

UNITS = Table(
    "units",
    "One unit that the attribution of an incident names.",
    "Один підрозділ, названий у приписуванні випадку.",
    [
        _text("code", "Code of the unit.", "Код підрозділу."),
        _text("name_en", "Name in English.", "Назва англійською."),
        _text("name_uk", "Name in Ukrainian.", "Назва українською."),
        Column("other_names", Kind.LIST, "Former names, numbers and spellings.", "Колишні назви, номери й написання."),
        _code("level", AttributionLevel, "Level of the unit.", "Рівень підрозділу."),
    ],
)

EDITIONS = Table(
    "editions",
    "One edition of one record, in the order of publication. Editions are only ever added.",
    "Одна редакція одного запису в порядку публікації. Редакції лише додаються.",
    [
        _whole("id", "Its place in the order of publication.", "Її місце в порядку публікації."),
        _code("kind", RecordKind, "Kind of record.", "Вид запису."),
        _text("code", "Code of the record.", "Код запису."),
        _whole("edition", "Number of the edition.", "Номер редакції.", "number"),
        _code("change", EditionChange, "What it changes.", "Що вона змінює."),
        _text("note_en", "Note in English.", "Примітка англійською."),
        _text("note_uk", "Note in Ukrainian.", "Примітка українською."),
        Column("published", Kind.MOMENT, "When it was published (UTC).", "Коли опубліковано (UTC).", ("published_at",)),
        Column(
            "url",
            Kind.ADDRESS,
            "Its address, which will always show this edition.",
            "Її адреса, за якою завжди стоятиме ця редакція.",
            ("kind", "code", "number"),
            address,
        ),
        _text(
            "digest",
            "SHA-256 of its document (canonical JSON, RFC 8785), in hex.",
            "SHA-256 її документа (канонічний JSON, RFC 8785), шістнадцятковий.",
        ),
    ],
    ("kind", "code", "edition"),
)

TABLES = (INCIDENTS, SOURCES, CITATIONS, INVESTIGATIONS, STEPS, TOTALS, DERIVATIONS, UNITS, EDITIONS)
