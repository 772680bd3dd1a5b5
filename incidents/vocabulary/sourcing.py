"""What a claim rests on: sources, how they depend on each other, and what a citation of one says.

Follows the Berkeley Protocol on Digital Open Source Investigations; the two internal ratings are the Admiralty code
(NATO AJP-2.1).
"""

from incidents.vocabulary.term import Term, term


class SourceKind(
    Term,
    heading=("Kind of source", "Вид джерела"),
    explanation=("What a source is.", "Чим є джерело."),
):
    COURT_DOCUMENT = term(
        "court_document",
        en=("Court document", "A judgment, ruling or other document of a court."),
        uk=("Судовий документ", "Вирок, ухвала чи інший документ суду."),
    )
    PROSECUTOR_STATEMENT = term(
        "prosecutor_statement",
        en=("Prosecutor's statement", "A statement or publication of a prosecution service."),
        uk=("Повідомлення прокуратури", "Заява або публікація органу прокуратури."),
    )
    OFFICIAL_STATEMENT = term(
        "official_statement",
        en=("Official statement", "A statement of another state authority, in writing or spoken on its behalf."),
        uk=("Офіційна заява", "Письмова чи усна заява від імені іншого державного органу."),
    )
    UN_REPORT = term(
        "un_report",
        en=("UN report", "A report or statement of a United Nations body."),
        uk=("Звіт ООН", "Звіт або заява органу Організації Обʼєднаних Націй."),
    )
    INTERGOVERNMENTAL_REPORT = term(
        "intergovernmental_report",
        en=("Intergovernmental report", "A report of another intergovernmental body, such as the OSCE."),
        uk=("Звіт міжурядової організації", "Звіт іншої міжурядової організації, наприклад ОБСЄ."),
    )
    NGO_REPORT = term(
        "ngo_report",
        en=("NGO report", "A report or statement of a non-governmental organisation."),
        uk=("Звіт неурядової організації", "Звіт або заява неурядової організації."),
    )
    INVESTIGATIVE_REPORT = term(
        "investigative_report",
        en=("Investigative report", "A published investigation with inquiries and analysis of its own."),
        uk=("Розслідування", "Опубліковане розслідування із власним збором даних та аналізом."),
    )
    NEWS_ORIGINAL = term(
        "news_original",
        en=("News, original", "A news report with reporting of its own."),
        uk=("Новини, власний матеріал", "Новинний матеріал із власною роботою журналістів."),
    )
    NEWS_SYNDICATED = term(
        "news_syndicated",
        en=("News, relayed", "A news item that passes on what others reported."),
        uk=("Новини, передрук", "Новинне повідомлення, яке переказує інші джерела."),
    )
    EXPERT_STATEMENT = term(
        "expert_statement",
        en=("Expert statement", "The view or analysis of a named kind of specialist."),
        uk=("Висновок фахівця", "Думка або аналіз фахівця із зазначеної галузі."),
    )
    SOCIAL_POST = term(
        "social_post",
        en=("Social media post", "A post on a social network or messenger channel."),
        uk=("Допис у соцмережі", "Допис у соціальній мережі або каналі месенджера."),
    )
    VIDEO = term(
        "video",
        en=("Video", "A video recording that was not made from a drone."),
        uk=("Відео", "Відеозапис, зроблений не з безпілотника."),
    )
    PHOTO = term(
        "photo",
        en=("Photograph", "A photograph that was not taken from a satellite."),
        uk=("Фотографія", "Фотографія, зроблена не із супутника."),
    )
    DRONE_FOOTAGE = term(
        "drone_footage",
        en=("Drone footage", "A recording made from an unmanned aircraft."),
        uk=("Запис із безпілотника", "Запис, зроблений із безпілотного літального апарата."),
    )
    SATELLITE_IMAGE = term(
        "satellite_image",
        en=("Satellite image", "An image taken from a satellite."),
        uk=("Супутниковий знімок", "Зображення, отримане із супутника."),
    )
    INTERCEPT = term(
        "intercept",
        en=("Intercept", "Intercepted radio or telephone traffic, or its transcript."),
        uk=("Перехоплення", "Перехоплені радіо- чи телефонні переговори або їх розшифрування."),
    )
    WITNESS_STATEMENT = term(
        "witness_statement",
        en=("Witness statement", "An account by someone who saw or heard the event; never named here."),
        uk=("Свідчення очевидця", "Розповідь особи, яка бачила або чула подію; її тут ніколи не називають."),
    )
    SURVIVOR_STATEMENT = term(
        "survivor_statement",
        en=("Survivor's statement", "An account by someone who lived through the event."),
        uk=("Свідчення того, хто вижив", "Розповідь особи, яка пережила подію."),
    )
    DESERTER_STATEMENT = term(
        "deserter_statement",
        en=("Deserter's statement", "An account by someone who left the forces to which the act is ascribed."),
        uk=("Свідчення дезертира", "Розповідь особи, яка залишила сили, яким приписують діяння."),
    )
    CAPTIVE_STATEMENT = term(
        "captive_statement",
        en=(
            "Captive's statement",
            "An account given in captivity, where it cannot be taken to be free; the captive is never named here.",
        ),
        uk=(
            "Свідчення полоненого",
            "Розповідь, дана в полоні, де її не можна вважати вільною; полоненого тут ніколи не називають.",
        ),
    )
    FAMILY_STATEMENT = term(
        "family_statement",
        en=("Family's statement", "An account by relatives of the person concerned."),
        uk=("Свідчення родини", "Розповідь родичів відповідної особи."),
    )
    FORENSIC_REPORT = term(
        "forensic_report",
        en=("Forensic report", "A finding of forensic medicine or another forensic examination."),
        uk=("Висновок експертизи", "Висновок судово-медичної чи іншої судової експертизи."),
    )
    EXCHANGE_RECORD = term(
        "exchange_record",
        en=("Record of an exchange", "A record of an exchange of prisoners or of a return of bodies."),
        uk=("Документ про обмін", "Документ про обмін полоненими або повернення тіл."),
    )
    ACADEMIC = term(
        "academic",
        en=("Academic work", "A scholarly publication or data set."),
        uk=("Наукова праця", "Наукова публікація або набір даних."),
    )
    OTHER = term(
        "other",
        en=("Other", "A source of another kind, described in its note."),
        uk=("Інше", "Джерело іншого виду, описане в примітці."),
    )


class Distance(
    Term,
    heading=("Distance from the event", "Віддаленість від події"),
    explanation=(
        "How close a source is to what it reports.",
        "Наскільки близьке джерело до того, про що повідомляє.",
    ),
):
    PRIMARY = term(
        "primary",
        en=(
            "Primary",
            "Material from the event itself, or the statement of one who took part in it, saw it or examines it.",
        ),
        uk=(
            "Первинне",
            "Матеріал із самої події або заява того, хто брав у ній участь, бачив її чи її розслідує.",
        ),
    )
    SECONDARY = term(
        "secondary",
        en=("Secondary", "Reports on primary material that it has seen, or on those it has spoken to."),
        uk=("Вторинне", "Повідомляє про первинний матеріал, який бачило, або про тих, з ким говорило."),
    )
    TERTIARY = term(
        "tertiary",
        en=("Tertiary", "Passes on what secondary sources reported."),
        uk=("Третинне", "Переказує те, що повідомили вторинні джерела."),
    )


class Access(
    Term,
    heading=("Access", "Доступ"),
    explanation=("Who may see a source.", "Хто може бачити джерело."),
):
    PUBLIC = term(
        "public",
        en=("Public", "Anyone may see it."),
        uk=("Відкрите", "Його може бачити будь-хто."),
    )
    RESTRICTED = term(
        "restricted",
        en=("Restricted", "That it exists is public; its content is not."),
        uk=("Обмежений доступ", "Відомо, що воно існує; зміст не оприлюднено."),
    )
    CONFIDENTIAL = term(
        "confidential",
        en=("Confidential", "It is not shown and not counted in public."),
        uk=("Конфіденційне", "Публічно його не показують і не враховують."),
    )


class Derivation(
    Term,
    heading=("How one source derives from another", "Як одне джерело походить від іншого"),
    explanation=(
        (
            "Reports are independent only if they do not go back to the same origin; derivations show what goes back "
            "to what."
        ),
        (
            "Повідомлення незалежні, лише якщо не походять від одного першоджерела; звʼязки показують, що від чого "
            "походить."
        ),
    ),
):
    RELAYS = term(
        "relays",
        en=("Relays", "Repeats the other source and adds nothing of its own."),
        uk=("Переказує", "Повторює інше джерело й не додає нічого свого."),
    )
    DRAWS_ON = term(
        "draws_on",
        en=("Draws on", "Uses the other source and adds reporting of its own."),
        uk=("Спирається", "Використовує інше джерело й додає власні відомості."),
    )
    SAME_MATERIAL = term(
        "same_material",
        en=("Same material", "Is another copy of the same primary material."),
        uk=("Той самий матеріал", "Є іншою копією того самого первинного матеріалу."),
    )


class Reliability(
    Term,
    heading=("Reliability of the source", "Надійність джерела"),
    explanation=(
        "The Admiralty code's rating of a source, apart from any one piece of information; internal.",
        "Оцінка джерела за кодом Адміралтейства, окремо від конкретних відомостей; внутрішня.",
    ),
):
    A = term(
        "A",
        en=("A: completely reliable", "No doubt about authenticity, trustworthiness or competence."),
        uk=("A: цілком надійне", "Немає сумнівів щодо автентичності, сумлінності чи компетентності."),
    )
    B = term(
        "B",
        en=("B: usually reliable", "Minor doubts; mostly valid information in the past."),
        uk=("B: зазвичай надійне", "Незначні сумніви; у минулому відомості здебільшого були правильні."),
    )
    C = term(
        "C",
        en=("C: fairly reliable", "Some doubts; information valid in part in the past."),
        uk=("C: досить надійне", "Певні сумніви; у минулому відомості були правильні частково."),
    )
    D = term(
        "D",
        en=("D: not usually reliable", "Significant doubts; valid information in the past only at times."),
        uk=("D: зазвичай ненадійне", "Істотні сумніви; у минулому відомості були правильні лише інколи."),
    )
    E = term(
        "E",
        en=("E: unreliable", "Lacks authenticity, trustworthiness or competence; invalid information in the past."),
        uk=("E: ненадійне", "Бракує автентичності, сумлінності чи компетентності; у минулому відомості були хибні."),
    )
    F = term(
        "F",
        en=("F: cannot be judged", "There is no basis for judging the reliability."),
        uk=("F: неможливо оцінити", "Немає підстав для оцінки надійності."),
    )


class Credibility(
    Term,
    heading=("Credibility of the information", "Достовірність відомостей"),
    explanation=(
        "The Admiralty code's rating of a piece of information, apart from its source; internal.",
        "Оцінка конкретних відомостей за кодом Адміралтейства, окремо від джерела; внутрішня.",
    ),
):
    CONFIRMED = term(
        "1",
        en=("1: confirmed", "Confirmed by independent sources, logical and consistent with other information."),
        uk=("1: підтверджено", "Підтверджено незалежними джерелами, логічно й узгоджується з іншими відомостями."),
    )
    PROBABLY_TRUE = term(
        "2",
        en=("2: probably true", "Not confirmed; logical and consistent with other information."),
        uk=("2: імовірно правда", "Не підтверджено; логічно й узгоджується з іншими відомостями."),
    )
    POSSIBLY_TRUE = term(
        "3",
        en=("3: possibly true", "Not confirmed; reasonably logical, agrees with some other information."),
        uk=("3: можливо правда", "Не підтверджено; досить логічно, частково узгоджується з іншими відомостями."),
    )
    DOUBTFUL = term(
        "4",
        en=("4: doubtful", "Not confirmed; possible but not logical, and without other information on the subject."),
        uk=("4: сумнівно", "Не підтверджено; можливо, але нелогічно, інших відомостей про це немає."),
    )
    IMPROBABLE = term(
        "5",
        en=("5: improbable", "Not confirmed; not logical, and contradicted by other information."),
        uk=("5: малоймовірно", "Не підтверджено; нелогічно й суперечить іншим відомостям."),
    )
    CANNOT_BE_JUDGED = term(
        "6",
        en=("6: cannot be judged", "There is no basis for judging the truth of the information."),
        uk=("6: неможливо оцінити", "Немає підстав для оцінки правдивості відомостей."),
    )


class Availability(
    Term,
    heading=("Availability", "Доступність"),
    explanation=(
        "Whether a source is still where it was; it says nothing of whether what it reports is true.",
        "Чи залишилося джерело там, де було; це нічого не говорить про правдивість повідомленого.",
    ),
):
    LIVE = term(
        "live",
        en=("Live", "It was at its address when last checked."),
        uk=("Доступне", "Під час останньої перевірки було за своєю адресою."),
    )
    CHANGED = term(
        "changed",
        en=("Changed", "It is at its address, and its content is no longer the same."),
        uk=("Змінене", "Є за своєю адресою, але зміст уже інший."),
    )
    DELETED = term(
        "deleted",
        en=("Deleted", "It is no longer at its address."),
        uk=("Видалене", "За своєю адресою його вже немає."),
    )
    GEO_BLOCKED = term(
        "geo_blocked",
        en=("Geo-blocked", "It can be opened from some countries only."),
        uk=("Обмежене географічно", "Відкривається лише з окремих країн."),
    )
    NEVER_ONLINE = term(
        "never_online",
        en=("Never online", "It was never published on the internet."),
        uk=("Не було в мережі", "Його ніколи не публікували в інтернеті."),
    )
    UNCHECKED = term(
        "unchecked",
        en=("Not checked", "Nobody has checked yet whether it is still there."),
        uk=("Не перевірено", "Ще не перевіряли, чи воно доступне."),
    )


class Stance(
    Term,
    heading=("Stance", "Позиція джерела"),
    explanation=(
        "What a source says about the facts for which it is cited.",
        "Що джерело говорить про факти, щодо яких на нього посилаються.",
    ),
):
    SUPPORTS = term(
        "supports",
        en=("Supports", "Reports the same facts."),
        uk=("Підтверджує", "Повідомляє ті самі факти."),
    )
    SUPPORTS_IN_PART = term(
        "supports_in_part",
        en=("Supports in part", "Reports some of the facts, or reports them with reservations."),
        uk=("Підтверджує частково", "Повідомляє частину фактів або повідомляє їх із застереженнями."),
    )
    CONTRADICTS = term(
        "contradicts",
        en=("Contradicts", "Reports something that cannot be true together with these facts, or denies them."),
        uk=("Суперечить", "Повідомляє те, що несумісне з цими фактами, або заперечує їх."),
    )
    MENTIONS = term(
        "mentions",
        en=("Mentions", "Refers to the event without reporting on the facts."),
        uk=("Згадує", "Згадує подію, не повідомляючи про факти."),
    )
    RETRACTS = term(
        "retracts",
        en=("Retracts", "Takes back what it, or the same publisher, reported earlier."),
        uk=("Відкликає", "Відкликає те, що саме джерело або той самий видавець повідомляли раніше."),
    )
    CONTEXT = term(
        "context",
        en=("Context", "Gives background and says nothing about the event itself."),
        uk=("Контекст", "Подає загальні обставини й нічого не говорить про саму подію."),
    )


class Fact(
    Term,
    heading=("Fact", "Факт"),
    explanation=(
        "On which part of the account a citation bears.",
        "Якої частини опису стосується посилання.",
    ),
):
    OCCURRENCE = term(
        "occurrence",
        en=("Occurrence", "That the event happened."),
        uk=("Подія", "Що подія сталася."),
    )
    DATE = term(
        "date",
        en=("Date", "When it happened."),
        uk=("Дата", "Коли це сталося."),
    )
    PLACE = term(
        "place",
        en=("Place", "Where it happened."),
        uk=("Місце", "Де це сталося."),
    )
    COUNT_KILLED = term(
        "count_killed",
        en=("Number killed", "How many people were killed."),
        uk=("Кількість убитих", "Скільки людей було вбито."),
    )
    COUNT_SURVIVED = term(
        "count_survived",
        en=("Number who survived", "How many people survived."),
        uk=("Кількість тих, хто вижив", "Скільки людей вижило."),
    )
    PROTECTED_STATUS = term(
        "protected_status",
        en=("Protected status", "That those killed were captives or otherwise out of action."),
        uk=("Захищений статус", "Що вбиті були полоненими або з іншої причини перебували поза боєм."),
    )
    CONDUCT = term(
        "conduct",
        en=("Conduct", "What was done to them."),
        uk=("Діяння", "Що з ними вчинили."),
    )
    ATTRIBUTION = term(
        "attribution",
        en=("Attribution", "Who did it."),
        uk=("Відповідальність", "Хто це вчинив."),
    )
    ORDER_GIVEN = term(
        "order_given",
        en=("Order given", "That an order was given, and by whom."),
        uk=("Відданий наказ", "Що було віддано наказ і ким."),
    )
    OFFICIAL_POSITION = term(
        "official_position",
        en=("Official position", "What an authority or a party to the conflict says about it."),
        uk=("Офіційна позиція", "Що про це говорить орган влади або сторона конфлікту."),
    )


# The stances that count as support, in full or in part.
SUPPORTING = (Stance.SUPPORTS, Stance.SUPPORTS_IN_PART)
# The derivations in which a source repeats another one and adds no reporting of its own.
REPEATS = (Derivation.RELAYS, Derivation.SAME_MATERIAL)
# The kinds in which a body speaks: what it says twice has one origin, the body.
STATEMENTS = (
    SourceKind.PROSECUTOR_STATEMENT,
    SourceKind.OFFICIAL_STATEMENT,
    SourceKind.UN_REPORT,
    SourceKind.INTERGOVERNMENTAL_REPORT,
    SourceKind.NGO_REPORT,
)


def speaking_body(kind: str, publisher: str) -> str:
    """The body that speaks in a source, as a key; "" if it is no statement of a body."""
    return " ".join(publisher.casefold().split()) if kind in STATEMENTS else ""
