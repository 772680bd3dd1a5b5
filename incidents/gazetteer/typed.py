"""What people write around the name of a place, and the forms of a name in a sentence. English, Ukrainian, Russian."""

import re
from itertools import product

from incidents.gazetteer.names import skeleton

# Normalised words; two words where an abbreviation has two letters.
_PREPOSITIONS = (
    "near|in|at|of|from|under|outside|around|close to|next to|on the outskirts of|outskirts of|the|біля|під|поблизу|у|в"
    "|на|за|з|із|зі|від|до|коло|неподалік від|неподалік|поруч з|поряд із|поряд з|районі|околиці|околицях|вблизи|возле"
    "|около|под|рядом с|недалеко от|из|от|с"
)
_NOUNS_BEFORE = (
    "с|м|г|смт|сщ|пгт|нп|н п|д|х|пос|сел|село|селі|села|селище|селищі|селища|місто|місті|міста|містечко|хутір"
    "|населений пункт|населеного пункту|населеному пункті|селище міського типу|город|города|городе|поселок|поселка"
    "|поселке|деревня|деревни|деревне|хутор|станица|населенный пункт|населенного пункта|village of|village|town of|town"
    "|city of|city|settlement of|settlement"
)
_NOUNS_AFTER = "village|city|town|settlement|urban settlement|township"
AREA_NOUNS = (
    "область|області|обл|oblast|region|район|району|районі|р н|рн|raion|rayon|district|области|района|районе|край"
    "|громада|громади|громаді|hromada|community"
)
_BEFORE = re.compile(rf"^(?:(?:{_PREPOSITIONS}|{_NOUNS_BEFORE}) )+(?=\S{{2}})")
_PREPOSITION = re.compile(rf"^(?:{_PREPOSITIONS}) ")
_AFTER = re.compile(rf"(?<=\S) (?:{_NOUNS_AFTER})$")
_TRAILING_AREA = re.compile(rf"^(?P<name>\S.*?) (?P<area>(?:в |у |in )?\S+ (?:{AREA_NOUNS}))$")
_AREA_NOUN = re.compile(rf"(?:^| )(?:{AREA_NOUNS})(?= |$)")

# The endings of cases in skeletons, where vowels are `a` and х is `h`; the longest first.
_ENDINGS = ("aha", "ama", "ava", "av", "ah", "am", "a")


def bare_name(name: str) -> str:
    """A normalised name without prepositions and nouns around it: "near robotyne village" is "robotyne"."""
    return _AFTER.sub("", _BEFORE.sub("", name))


def follows_preposition(name: str) -> bool:
    """Whether a normalised text begins with a preposition, so that a name after it may be in any case but the first."""
    return bool(_PREPOSITION.match(name))


def trailing_area(name: str) -> tuple[str, str]:
    """A normalised name, and the area that follows it without a comma: "оленівка", "донецька область"."""
    match = _TRAILING_AREA.match(name)
    return (match["name"], match["area"]) if match else (name, "")


def is_area(name: str) -> bool:
    """Whether a normalised text names an oblast, raion or hromada with its noun."""
    return bool(_AREA_NOUN.search(name))


def area_stem(name: str) -> str:
    """The skeleton of a normalised area without its noun and case ending: the same for Донецька and Донецькій
    області."""
    words = skeleton(_AREA_NOUN.sub("", _BEFORE.sub("", name))).split()
    return " ".join(re.sub("(?:aha|a)$", "", word) or word for word in words)


def nominatives(loose: str) -> list[str]:
    """The skeletons of the names that a skeleton can be a case of: under "rabatanam", "rabatan" and "rabatana"."""
    words = loose.split()
    forms = [" ".join(form) for form in product(*map(_nominatives, words))] if 0 < len(words) <= 3 else []
    return [form for form in dict.fromkeys(forms) if form != loose]


def _nominatives(word: str) -> list[str]:
    forms = [word]
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 2:
            forms += [stem, f"{stem}a"]
            if stem.endswith("c"):  # Авдіївка, in Авдіївці
                forms.append(f"{stem[:-1]}ka")
    return forms


def within_one_letter(one: str, other: str) -> bool:
    """Whether two texts are equal but for one letter that is wrong, missing, added or swapped with its neighbour."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:] or swapped
