"""Regions and places. All of it is public; `manage.py load_gazetteer` writes it, nothing is entered by hand."""

from typing import ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse


class Category(models.TextChoices):
    """Kinds of places, by the letters of Ukraine's codifier (KATOTTH); G is our own: a place that only GeoNames
    lists."""

    RAION = "P", "raion"
    HROMADA = "H", "hromada"
    CAPITAL = "K", "city with special status"
    CITY = "M", "city"
    SETTLEMENT = "X", "settlement"
    VILLAGE = "C", "village"
    DISTRICT = "B", "city district"
    POPULATED = "G", "populated place"


KINDS_UK = {
    Category.RAION: "район",
    Category.HROMADA: "громада",
    Category.CAPITAL: "місто зі спеціальним статусом",
    Category.CITY: "місто",
    Category.SETTLEMENT: "селище",
    Category.VILLAGE: "село",
    Category.DISTRICT: "район у місті",
    Category.POPULATED: "населений пункт",
}
SETTLEMENTS = (Category.CAPITAL, Category.CITY, Category.SETTLEMENT, Category.VILLAGE, Category.POPULATED)
OFFERED = (*SETTLEMENTS, Category.RAION)


def in_ukrainian(language: str) -> bool:
    """Whether a language code such as `uk` or `uk-ua` means Ukrainian names; all others get English ones."""
    return language.split("-")[0] == "uk"


class Region(models.Model):
    """A first-level region: an oblast, Crimea, a city with special status, or a region of Russia at the border."""

    iso = models.CharField("ISO 3166-2", max_length=8, primary_key=True)
    katottg = models.CharField("KATOTTH prefix", max_length=4, blank=True, help_text="Empty outside Ukraine.")
    country = models.CharField("ISO 3166-1", max_length=2)
    geonames_admin1 = models.CharField(max_length=8)
    outline_id = models.CharField(max_length=8, help_text="The id of its outline in oblasts_ne10m.topo.json.")
    name_uk = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    sort_uk = models.CharField(max_length=160)
    sort_en = models.CharField(max_length=160)

    class Meta:
        ordering = ("sort_en",)
        constraints = (
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="gazetteer_region_country"),
            models.CheckConstraint(condition=Q(iso__startswith=F("country")), name="gazetteer_region_iso_in_country"),
            models.UniqueConstraint(fields=("outline_id",), name="gazetteer_region_outline_once"),
            models.UniqueConstraint(
                fields=("katottg",), condition=~Q(katottg=""), name="gazetteer_region_katottg_once"
            ),
        )

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        """The region's full name, with its kind: Донецька область, Donetsk Oblast."""
        return self.name_uk if in_ukrainian(language) else self.name_en


class Place(models.Model):
    """A raion, hromada, settlement or city district. A place that a later edition drops is kept, but not offered."""

    class Distinction(models.IntegerChoices):
        """What a label must add to be unique among the offered places."""

        RAION = 0, "raion and region are enough"
        HROMADA = 1, "its hromada"
        KIND = 2, "its hromada and kind"
        CODE = 3, "its hromada and code"

    code = models.CharField(max_length=19, unique=True, help_text="KATOTTH code, or G and the GeoNames id.")
    category = models.CharField(max_length=1, choices=Category)
    region = models.ForeignKey(Region, models.PROTECT, related_name="places")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    raion = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    name_uk = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    raion_uk = models.CharField(max_length=100, blank=True, help_text="Покровський район")
    raion_en = models.CharField(max_length=100, blank=True, help_text="Pokrovskyi raion")
    hromada_uk = models.CharField(max_length=100, blank=True, help_text="Удачненська громада")
    hromada_en = models.CharField(max_length=100, blank=True, help_text="Udachnenska hromada")
    distinction = models.PositiveSmallIntegerField(choices=Distinction, default=Distinction.RAION)
    latitude = models.FloatField(null=True, help_text="WGS 84, degrees. A suggestion only: a person confirms it.")
    longitude = models.FloatField(null=True, help_text="WGS 84, degrees.")
    coordinate_source = models.CharField(
        max_length=40, blank=True, help_text="geonames: and the GeoNames id, or file: and the id of a loaded file."
    )
    population = models.PositiveIntegerField(null=True, help_text="GeoNames; null where it is not known.")
    area = models.TextField(help_text="Skeletons of all that may follow the name in a label, between bars.")

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(category__in=Category.values), name="gazetteer_place_category"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True, coordinate_source="")
                # A check constraint accepts NULL comparisons, so both are required explicitly.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                & ~Q(coordinate_source=""),
                name="gazetteer_place_coordinates",
            ),
            models.CheckConstraint(condition=~Q(name_uk="") & ~Q(name_en=""), name="gazetteer_place_named"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="gazetteer_place_parent_is_another"),
        )

    def __str__(self) -> str:
        return self.label("en")

    def name(self, language: str) -> str:
        """The place's own name: Удачне, Udachne; of a raion with its kind: Покровський район, Pokrovskyi raion."""
        return self.name_uk if in_ukrainian(language) else self.name_en

    def kind(self, language: str) -> str:
        """Its kind in one word: село, village."""
        category = Category(self.category)
        return KINDS_UK[category] if in_ukrainian(language) else category.label

    def label(self, language: str) -> str:
        """The label of a hit or on a page: "Удачне, Покровський район, Донецька область". With `region` loaded it
        costs no query, except for a city district, which names its city."""
        parts = [self.name(language) + self._bracket(language), *self._surroundings(language)]
        return ", ".join(part for part in parts if part)

    def _bracket(self, language: str) -> str:
        if self.distinction == self.Distinction.KIND:
            return f" ({self.kind(language)})"
        return f" ({self.code})" if self.distinction == self.Distinction.CODE else ""

    def _surroundings(self, language: str) -> list[str]:
        if self.category == Category.CAPITAL:
            return []
        if self.category == Category.DISTRICT and self.parent:
            return [self.parent.label(language)]
        ukrainian = in_ukrainian(language)
        hromada = (self.hromada_uk if ukrainian else self.hromada_en) if self.distinction else ""
        return [hromada, self.raion_uk if ukrainian else self.raion_en, self.region.name(language)]


class PlaceName(models.Model):
    """A spelling of a settlement or raion for the search. Every load rebuilds them; no foreign key may point here."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="names")
    key = models.CharField(max_length=100, help_text="names.normalise() of the spelling")
    skeleton = models.CharField(max_length=100, help_text="names.skeleton(), once for a place")
    alternate = models.BooleanField(help_text="A former or foreign spelling: ranks behind the place's own names.")
    rank = models.PositiveIntegerField(help_text="Order among equally close hits: settlements, population, region.")

    class Meta:
        ordering = ("rank",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("place", "key"), name="gazetteer_placename_once")]
        # Prefixes are searched with LIKE, which an index with a linguistic collation cannot serve.
        indexes: ClassVar = [
            models.Index(OpClass("key", "text_pattern_ops"), name="gazetteer_placename_key"),
            models.Index(OpClass("skeleton", "text_pattern_ops"), name="gazetteer_placename_skeleton"),
            # A misspelt name keeps its beginning or its end.
            models.Index(OpClass(Reverse("skeleton"), "text_pattern_ops"), name="gazetteer_placename_end"),
        ]

    def __str__(self) -> str:
        return self.key


class PointFile(models.Model):
    """A file of points that `manage.py load_places` has loaded, with the credit that the map shows."""

    name = models.CharField(max_length=200, unique=True)
    credit = models.CharField(max_length=200)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.CheckConstraint(condition=~Q(credit=""), name="gazetteer_pointfile_credited"),)

    def __str__(self) -> str:
        return self.name


class LoadedPoint(models.Model):
    """The point of a settlement that the vendored data give none; kept when these are loaded again."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="loaded_point")
    file = models.ForeignKey(PointFile, models.CASCADE, related_name="points")
    latitude = models.FloatField(help_text="WGS 84, degrees.")
    longitude = models.FloatField(help_text="WGS 84, degrees.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="gazetteer_loadedpoint_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class GazetteerLoad(models.Model):
    """One load of the gazetteer: the digest of its data, its time, its size."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of the data files and of the code that reads them.")
    loaded_at = models.DateTimeField(auto_now_add=True)
    places = models.PositiveIntegerField()
    with_coordinates = models.PositiveIntegerField()

    class Meta:
        ordering = ("-loaded_at",)

    def __str__(self) -> str:
        return f"{self.loaded_at:%Y-%m-%d}: {self.places} places"
