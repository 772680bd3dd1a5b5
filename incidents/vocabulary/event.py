"""What happened, to whom, when and where.

The law is that of Additional Protocol I (AP I), Geneva Convention III (GC III), the Rome Statute and the Criminal Code
of Ukraine; the precision of date and place follows the UCDP GED codebook, what is said of victims Every Casualty.
"""

from typing import cast

from incidents.vocabulary.term import Term, term, text

__all__ = [
    "Conduct",
    "Consent",
    "DateBasis",
    "Identification",
    "PlaceMethod",
    "PlacePrecision",
    "ProtectedStatus",
    "Setting",
    "VictimOutcome",
]


def _ap1(article: str) -> str:
    return text(f"AP I art. {article}", f"ДП I, ст. {article}")


def _gc3(article: str) -> str:
    return text(f"GC III art. {article}", f"ЖК III, ст. {article}")


def _rome(article: str) -> str:
    return text(f"Rome Statute art. {article}", f"Римський статут, ст. {article}")


_KKU = text("Criminal Code of Ukraine art. 438", "Кримінальний кодекс України, ст. 438")


class Conduct(
    Term,
    heading=("Conduct", "Діяння"),
    explanation=(
        "What is reported to have been done, with the provisions of law that prohibit it; an entry may carry several.",
        "Що, за повідомленнями, було вчинено, і норми права, які це забороняють; запис може містити кілька діянь.",
    ),
):
    KILLING_HORS_DE_COMBAT = term(
        "killing_hors_de_combat",
        en=(
            "Killing of a person hors de combat",
            (
                "A person who surrendered, was wounded or otherwise out of action was killed before being taken into "
                "custody."
            ),
        ),
        uk=(
            "Убивство особи поза боєм (hors de combat)",
            "Особу, яка здавалася, була поранена або з іншої причини перебувала поза боєм, убили до взяття під варту.",
        ),
        details=(_ap1("41"), _ap1("85(3)(e)"), _rome("8(2)(b)(vi)"), _KKU),
    )
    KILLING_IN_CUSTODY = term(
        "killing_in_custody",
        en=(
            "Killing of a captive",
            "A person who was already in the adversary's hands was deliberately killed, by shooting or otherwise.",
        ),
        uk=(
            "Страта полоненого",
            "Особу, яка вже перебувала в руках супротивника, умисно вбили — розстріляли або в інший спосіб.",
        ),
        details=(_gc3("13"), _gc3("130"), _ap1("41"), _rome("8(2)(a)(i)"), _rome("8(2)(b)(vi)"), _KKU),
    )
    NO_QUARTER_ORDER = term(
        "no_quarter_order",
        en=(
            "Order that no quarter be given",
            "It was ordered or declared that there be no survivors, or that prisoners not be taken.",
        ),
        uk=(
            "Наказ не залишати нікого в живих",
            "Було віддано наказ або оголошено не залишати нікого в живих чи не брати полонених.",
        ),
        details=(_ap1("40"), _rome("8(2)(b)(xii)"), _KKU),
    )
    MUTILATION = term(
        "mutilation",
        en=("Mutilation", "A living captive's body was deliberately maimed or disfigured."),
        uk=("Калічення", "Живого полоненого умисно скалічили або спотворили."),
        details=(_gc3("13"), _ap1("11"), _rome("8(2)(b)(x)"), _KKU),
    )
    BEHEADING = term(
        "beheading",
        en=("Beheading", "A captive was killed by severing the head."),
        uk=("Обезголовлення", "Полоненого вбили, відтявши голову."),
        details=(_gc3("13"), _gc3("130"), _rome("8(2)(a)(i)"), _rome("8(2)(b)(vi)"), _KKU),
    )
    TORTURE_BEFORE_DEATH = term(
        "torture_before_death",
        en=(
            "Torture before death",
            "Severe physical or mental pain was deliberately inflicted on a captive who was then killed or died.",
        ),
        uk=(
            "Катування перед смертю",
            "Полоненому умисно завдавали сильного фізичного чи душевного болю, після чого його вбили або він помер.",
        ),
        details=(_gc3("13"), _gc3("17"), _gc3("130"), _rome("8(2)(a)(ii)"), _KKU),
    )
    DEATH_IN_DETENTION = term(
        "death_in_detention",
        en=(
            "Death in detention",
            "A prisoner died while held, through violence, neglect or a cause that has not been duly inquired into.",
        ),
        uk=(
            "Смерть у місці тримання",
            (
                "Полонений помер під час тримання через насильство, неналежне поводження або з причини, яку належно не "
                "розслідувано."
            ),
        ),
        details=(_gc3("13"), _gc3("121"), _gc3("130"), _KKU),
    )
    HUMAN_SHIELD = term(
        "human_shield",
        en=("Use as a human shield", "A captive was used to shield forces, places or movements from attack."),
        uk=(
            "Використання як живого щита",
            "Полоненого використали для прикриття військ, місць чи пересувань від нападу.",
        ),
        details=(_gc3("23"), _rome("8(2)(b)(xxiii)"), _KKU),
    )
    DESECRATION = term(
        "desecration",
        en=(
            "Desecration of the dead",
            "The body of a person who had been killed was mutilated or treated without respect.",
        ),
        uk=("Наруга над тілом", "Тіло вбитої людини спотворили або поводилися з ним без поваги."),
        details=(_ap1("34(1)"), _rome("8(2)(b)(xxi)"), _KKU),
    )
    OTHER = term(
        "other",
        en=("Other", "Other ill-treatment of a protected person, described in the text."),
        uk=("Інше", "Інше неналежне поводження із захищеною особою, описане в тексті."),
        details=(_gc3("13"), _KKU),
    )

    @property
    def provisions(self) -> tuple[str, ...]:
        """The provisions that prohibit it, in the active language."""
        return cast("tuple[str, ...]", self.details)


class ProtectedStatus(
    Term,
    heading=("Protected status", "Захищений статус"),
    explanation=(
        (
            "Why the person killed was protected at that moment, by Additional Protocol I art. 41(2) or Geneva "
            "Convention III."
        ),
        (
            "Чому вбита особа в той момент перебувала під захистом — за ст. 41(2) Додаткового протоколу I або "
            "Женевською конвенцією III."
        ),
    ),
):
    IN_POWER_OF_ADVERSE_PARTY = term(
        "in_power_of_adverse_party",
        en=(
            "In the power of the adverse party",
            "Already captured or under the adversary's control (AP I art. 41(2)(a)).",
        ),
        uk=("Під владою супротивної сторони", "Уже в полоні або під контролем супротивника (ДП I, ст. 41(2)(a))."),
    )
    CLEAR_INTENT_TO_SURRENDER = term(
        "clear_intent_to_surrender",
        en=("Clear intent to surrender", "Clearly expressed an intention to surrender (AP I art. 41(2)(b))."),
        uk=("Явний намір здатися", "Ясно виражала намір здатися в полон (ДП I, ст. 41(2)(b))."),
    )
    INCAPACITATED = term(
        "incapacitated",
        en=(
            "Incapacitated",
            "Unconscious, or so wounded or sick as to be incapable of defending themselves (AP I art. 41(2)(c)).",
        ),
        uk=(
            "Нездатність оборонятися",
            "Була непритомна або через поранення чи хворобу не могла оборонятися (ДП I, ст. 41(2)(c)).",
        ),
    )
    REGISTERED_POW = term(
        "registered_pow",
        en=(
            "Registered prisoner of war",
            "Held as a prisoner of war whose captivity was notified or confirmed (GC III art. 122).",
        ),
        uk=(
            "Зареєстрований військовополонений",
            "Утримувалася як військовополонений, про чий полон повідомлено або його підтверджено (ЖК III, ст. 122).",
        ),
    )
    DISPUTED = term(
        "disputed",
        en=("Disputed", "Credible sources conflict on whether the person was protected at that moment."),
        uk=("Оспорюється", "Достовірні джерела суперечать одне одному щодо того, чи була особа тоді під захистом."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The available reporting does not say."),
        uk=("Невідомо", "У доступних повідомленнях про це не сказано."),
    )


class Setting(
    Term,
    heading=("Setting", "Обставини"),
    explanation=(
        "At which stage between surrender and detention the event took place.",
        "На якому етапі між здаванням у полон і триманням під вартою сталася подія.",
    ),
):
    ON_CAPTURE = term(
        "on_capture",
        en=("On capture", "During surrender or shortly after capture, at or near the place of fighting."),
        uk=("Під час полонення", "Під час здавання в полон або невдовзі після нього, на місці бою чи поблизу."),
    )
    DURING_TRANSFER = term(
        "during_transfer",
        en=(
            "During transfer",
            "While being taken from the place of capture to the rear or between places of detention.",
        ),
        uk=("Під час переміщення", "Під час доправлення з місця полонення в тил або між місцями тримання."),
    )
    PLACE_OF_DETENTION = term(
        "place_of_detention",
        en=("Place of detention", "In a camp, prison, basement or other place where prisoners were held."),
        uk=("Місце тримання", "У таборі, колонії, підвалі чи іншому місці, де тримали полонених."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The available reporting does not say."),
        uk=("Невідомо", "У доступних повідомленнях про це не сказано."),
    )


class DateBasis(
    Term,
    heading=("Basis of the date", "Чого стосується дата"),
    explanation=(
        "What the given date is the date of, since the day of the event is often not reported.",
        "Чого саме стосується зазначена дата, адже день події часто не повідомляють.",
    ),
):
    EVENT = term(
        "event",
        en=("The event", "The day on which the event is reported to have happened."),
        uk=("Подія", "День, коли, за повідомленнями, сталася подія."),
    )
    FILMED = term(
        "filmed",
        en=("Filmed", "The day on which the footage is said to have been recorded."),
        uk=("Зйомка", "День, коли, за повідомленнями, зроблено запис."),
    )
    FIRST_PUBLISHED = term(
        "first_published",
        en=("First published", "The day on which footage or a report first appeared; the event is not later."),
        uk=("Перша публікація", "День, коли вперше зʼявився запис чи повідомлення; подія сталася не пізніше."),
    )
    BODY_FOUND = term(
        "body_found",
        en=("Body found", "The day on which a body was found or returned; the death is not later."),
        uk=("Виявлення тіла", "День, коли знайшли або повернули тіло; смерть настала не пізніше."),
    )
    ANNOUNCED = term(
        "announced",
        en=("Announced", "The day on which a body or authority made it known; the event is not later."),
        uk=("Оголошення", "День, коли про це повідомив орган чи установа; подія сталася не пізніше."),
    )


class PlacePrecision(
    Term,
    heading=("Precision of the place", "Точність місця"),
    explanation=(
        (
            "How closely the place is known, from fine to coarse; what is shown in public is never finer than what is "
            "known."
        ),
        (
            "Наскільки точно відоме місце — від точного до загального; публічно показана точність ніколи не вища за "
            "відому."
        ),
    ),
):
    """In this order, from fine to coarse. `details` is the radius in metres where the precision has one."""

    EXACT = term(
        "exact",
        en=("Exact", "Known to within 10 metres."),
        uk=("Точно", "Відоме з точністю до 10 метрів."),
        details=(10,),
    )
    VICINITY = term(
        "vicinity",
        en=("Immediate vicinity", "Known to within 100 metres."),
        uk=("Безпосередня близькість", "Відоме з точністю до 100 метрів."),
        details=(100,),
    )
    LOCALITY = term(
        "locality",
        en=("Locality", "Known to within 1 kilometre, as a settlement or a part of it."),
        uk=("Населений пункт", "Відоме з точністю до 1 кілометра — населений пункт або його частина."),
        details=(1_000,),
    )
    NEAR = term(
        "near",
        en=("Near a named place", "Within 25 kilometres of a place that the sources name."),
        uk=("Поблизу названого місця", "У межах 25 кілометрів від місця, названого в джерелах."),
        details=(25_000,),
    )
    DISTRICT = term(
        "district",
        en=("District", "Known only as a raion or a comparable district."),
        uk=("Район", "Відомий лише район або рівнозначна одиниця."),
    )
    REGION = term(
        "region",
        en=("Region", "Known only as an oblast or a comparable region."),
        uk=("Область", "Відома лише область або рівнозначна одиниця."),
    )
    VAGUE_AREA = term(
        "vague_area",
        en=("Vague area", "Known only as a sector of the front or an area without fixed borders."),
        uk=("Нечітко визначена територія", "Відомий лише напрямок фронту або територія без чітких меж."),
    )
    COUNTRY = term(
        "country",
        en=("Country", "Known only as a country."),
        uk=("Країна", "Відома лише країна."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The place is not given in the available reporting, or it is withheld from publication."),
        uk=("Невідомо", "У доступних повідомленнях місце не зазначено, або його не оприлюднено."),
    )

    @property
    def rank(self) -> int:
        """0 for the finest; a higher rank is coarser."""
        return list(PlacePrecision).index(self)

    @property
    def radius_m(self) -> int | None:
        """Metres around the point, or None where the place is an area or unknown."""
        return cast("int", self.details[0]) if self.details else None


class PlaceMethod(
    Term,
    heading=("How the place is known", "Як визначено місце"),
    explanation=("What the location rests on.", "На чому ґрунтується визначення місця."),
):
    GEOLOCATED_IMAGERY = term(
        "geolocated_imagery",
        en=("Geolocated imagery", "Footage or photographs were matched to the terrain."),
        uk=("Геолокація зображень", "Відео чи фотографії зіставлено з місцевістю."),
    )
    NAMED_BY_SOURCE = term(
        "named_by_source",
        en=("Named by a source", "A source names the place without showing how it is known."),
        uk=("Названо джерелом", "Джерело називає місце, не показуючи, звідки це відомо."),
    )
    SATELLITE_MATCH = term(
        "satellite_match",
        en=("Satellite match", "The place was found on satellite imagery of the time."),
        uk=("Збіг із супутниковим знімком", "Місце знайдено на супутникових знімках відповідного часу."),
    )
    OFFICIAL_STATEMENT = term(
        "official_statement",
        en=("Official statement", "An authority names the place."),
        uk=("Офіційна заява", "Місце називає орган влади."),
    )
    INFERRED = term(
        "inferred",
        en=("Inferred", "Concluded from other facts by those who wrote the entry, who say how."),
        uk=("Висновок", "Виведено з інших фактів авторами запису із зазначенням, як саме."),
    )


class VictimOutcome(
    Term,
    heading=("Outcome for the person", "Доля особи"),
    explanation=(
        "What is known of what became of a person; people are private unless decided otherwise.",
        "Що відомо про долю особи; відомості про людей закриті, якщо не вирішено інакше.",
    ),
):
    KILLED_CONFIRMED = term(
        "killed_confirmed",
        en=("Killed, confirmed", "The death is confirmed by identification, an authority or a court."),
        uk=("Убито, підтверджено", "Загибель підтверджено ідентифікацією, органом влади або судом."),
    )
    KILLED_REPORTED = term(
        "killed_reported",
        en=("Killed, reported", "Sources report the death; it is not confirmed."),
        uk=("Убито, за повідомленнями", "Джерела повідомляють про загибель; її не підтверджено."),
    )
    PRESUMED_DEAD = term(
        "presumed_dead",
        en=("Presumed dead", "The circumstances leave little doubt of the death; no body was identified."),
        uk=("Вважається загиблим", "Обставини майже не залишають сумніву в загибелі; тіло не ідентифіковано."),
    )
    MISSING_AFTER_CAPTURE = term(
        "missing_after_capture",
        en=("Missing after capture", "Was seen or reported captured; nothing is known since."),
        uk=("Зниклий безвісти після полонення", "Бачили в полоні або повідомляли про полон; відтоді нічого не відомо."),
    )
    SURVIVED_INJURED = term(
        "survived_injured",
        en=("Survived, injured", "Lived through the event with injuries."),
        uk=("Вижив, зазнав поранень", "Пережив подію, зазнавши поранень."),
    )
    SURVIVED = term(
        "survived",
        en=("Survived", "Lived through the event."),
        uk=("Вижив", "Пережив подію."),
    )
    LATER_FOUND_ALIVE = term(
        "later_found_alive",
        en=("Later found alive", "Was reported killed and proved to be alive."),
        uk=("Згодом виявлено живим", "Повідомлялося про загибель, але виявилося, що особа жива."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The available reporting does not say."),
        uk=("Невідомо", "У доступних повідомленнях про це не сказано."),
    )


class Identification(
    Term,
    heading=("Identification", "Ідентифікація"),
    explanation=(
        "Whether the person's identity is known, and in which form it is given.",
        "Чи відома особа і в якій формі її зазначено.",
    ),
):
    NAMED = term(
        "named",
        en=("Named", "The identity is known and the name may be given."),
        uk=("Названо", "Особу встановлено, імʼя може бути зазначене."),
    )
    WITHHELD = term(
        "withheld",
        en=("Name withheld", "The identity is known and the name is not given."),
        uk=("Імʼя не розголошується", "Особу встановлено, імʼя не зазначають."),
    )
    INITIALS = term(
        "initials",
        en=("Initials", "The identity is known and only initials are given."),
        uk=("Ініціали", "Особу встановлено, зазначають лише ініціали."),
    )
    UNIDENTIFIED = term(
        "unidentified",
        en=("Unidentified", "The identity is not known."),
        uk=("Не ідентифіковано", "Особу не встановлено."),
    )


class Consent(
    Term,
    heading=("Consent to naming", "Згода на оприлюднення імені"),
    explanation=(
        "On what basis a name could be made public; two people must approve it as well.",
        "На якій підставі імʼя можна оприлюднити; крім того, це мають схвалити двоє людей.",
    ),
):
    FAMILY_CONSENTED = term(
        "family_consented",
        en=("Family consented", "The next of kin agreed that the name be made public."),
        uk=("Є згода родини", "Найближчі родичі погодилися на оприлюднення імені."),
    )
    OFFICIAL_PUBLIC = term(
        "official_public",
        en=("Officially public", "An authority or a court has itself made the name public."),
        uk=("Офіційно оприлюднено", "Імʼя оприлюднив сам орган влади або суд."),
    )
    NOT_SOUGHT = term(
        "not_sought",
        en=("Not sought", "Nobody has been asked; the name stays private."),
        uk=("Не запитували", "Згоди не запитували; імʼя не розголошують."),
    )
    REFUSED = term(
        "refused",
        en=("Refused", "The next of kin do not wish the name to be public."),
        uk=("Відмовлено", "Найближчі родичі не бажають оприлюднення імені."),
    )


# What an incident's fields hold of its circumstances, in the order of the page "Definitions".
OF_INCIDENTS: tuple[type[Term], ...] = (Conduct, ProtectedStatus, Setting)
