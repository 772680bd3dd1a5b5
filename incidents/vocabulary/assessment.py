"""How sure the register is: of the occurrence, and of who did it.

The threshold is the OHCHR's standard "reasonable grounds to believe"; the grades follow Airwars.
"""

from incidents.vocabulary.term import Term, term


class Grade(
    Term,
    heading=("Grade of occurrence", "Ступінь підтвердження події"),
    explanation=(
        (
            "How well the reporting supports that the event happened; each grade is defined by its rule, which the "
            "system proposes and a person confirms or overrides with a reason."
        ),
        (
            "Наскільки повідомлення підтверджують, що подія сталася; кожен ступінь визначено правилом, яке пропонує "
            "система, а людина підтверджує або змінює із зазначенням причини."
        ),
    ),
):
    ALLEGED = term(
        "alleged",
        en=("Alleged", "Recorded, not assessed yet."),
        uk=("Стверджується", "Зафіксовано, ще не оцінено."),
    )
    SINGLE_ORIGIN = term(
        "single_origin",
        en=(
            "Single origin",
            "The report as a whole, or a part of its core, has one origin only, however often it was repeated.",
        ),
        uk=(
            "Одне першоджерело",
            (
                "Повідомлення загалом або частина головного в ньому має лише одне першоджерело, хоч би скільки разів "
                "його повторили."
            ),
        ),
    )
    CORROBORATED = term(
        "corroborated",
        en=(
            "Corroborated",
            (
                "Two or more independent origins agree on each part of the core: a killing, of someone in the "
                "adversary's power or out of action, at this time and place."
            ),
        ),
        uk=(
            "Підтверджено незалежно",
            (
                "Два або більше незалежних першоджерел збігаються в кожній частині головного: убивство особи, яка "
                "перебувала під владою супротивника або поза боєм, у цей час і в цьому місці."
            ),
        ),
    )
    VERIFIED = term(
        "verified",
        en=(
            "Verified",
            (
                "Corroborated, at least one origin is primary, and a second person signed: there are reasonable "
                "grounds to believe that it happened."
            ),
        ),
        uk=(
            "Верифіковано",
            (
                "Підтверджено незалежно, принаймні одне першоджерело є первинним, і висновок підписала друга особа: є "
                "обґрунтовані підстави вважати, що подія сталася."
            ),
        ),
    )
    JUDICIALLY_ESTABLISHED = term(
        "judicially_established",
        en=(
            "Judicially established",
            "A final judgment found the facts; the entry says whether the trial was held in absentia.",
        ),
        uk=(
            "Встановлено судом",
            "Факти встановлено судовим рішенням, яке набрало законної сили; запис зазначає, чи розгляд був заочним.",
        ),
    )
    CONTESTED = term(
        "contested",
        en=("Contested", "Credible sources conflict on whether it happened, or on who did it."),
        uk=("Оспорюється", "Достовірні джерела суперечать одне одному щодо того, чи це сталося або хто це вчинив."),
    )
    UNVERIFIABLE = term(
        "unverifiable",
        en=("Unverifiable", "Assessed; nothing more can be obtained now."),
        uk=("Неможливо перевірити", "Оцінено; наразі більше нічого зʼясувати неможливо."),
    )
    DISCOUNTED = term(
        "discounted",
        en=("Discounted", "Assessed; it did not happen as alleged."),
        uk=("Не підтвердилося", "Оцінено; подія не відбулася так, як стверджувалося."),
    )


class AttributionConfidence(
    Term,
    heading=("Confidence of attribution", "Ступінь упевненості щодо відповідальності"),
    explanation=(
        (
            "How firmly an act is ascribed to a state, a unit or a person; it is assessed apart from whether the event "
            "happened, and it is never a finding of guilt."
        ),
        (
            "Наскільки обґрунтовано діяння приписують державі, підрозділу чи особі; це оцінюють окремо від того, чи "
            "сталася подія, і це ніколи не є визнанням вини."
        ),
    ),
):
    ESTABLISHED = term(
        "established",
        en=("Established", "A final judgment found that this person or body is responsible."),
        uk=("Встановлено", "Відповідальність установлено судовим рішенням, яке набрало законної сили."),
    )
    ADMITTED = term(
        "admitted",
        en=("Admitted", "The person or body concerned has acknowledged the act, otherwise than as a captive."),
        uk=("Визнано", "Відповідна особа чи орган визнали діяння, не перебуваючи при цьому в полоні."),
    )
    CHARGED = term(
        "charged",
        en=(
            "Charged",
            (
                "A prosecuting authority or a court has formally accused someone: a notice of suspicion, a warrant, an "
                "indictment, or a judgment that is not final."
            ),
        ),
        uk=(
            "Висунуто обвинувачення",
            (
                "Орган прокуратури або суд офіційно висунув обвинувачення: повідомлення про підозру, ордер на арешт, "
                "обвинувальний акт або вирок, який ще не набрав законної сили."
            ),
        ),
    )
    PROBABLE = term(
        "probable",
        en=("Probable", "Independent origins point to it, and no credible source points elsewhere."),
        uk=("Імовірно", "На це вказують незалежні першоджерела, і жодне достовірне джерело не вказує на інше."),
    )
    SUSPECTED = term(
        "suspected",
        en=("Suspected", "At least one source names it; nothing independent supports it yet."),
        uk=("Підозрюється", "Це називає принаймні одне джерело; незалежного підтвердження поки немає."),
    )
    DISPUTED = term(
        "disputed",
        en=("Disputed", "Credible sources name different perpetrators, or the one who is named denies it."),
        uk=("Заперечується", "Достовірні джерела називають різних виконавців, або названа сторона це заперечує."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The available reporting does not say who did it."),
        uk=("Невідомо", "У доступних повідомленнях не сказано, хто це вчинив."),
    )


class AttributionLevel(
    Term,
    heading=("Level of attribution", "Рівень відповідальності"),
    explanation=(
        "What the act is ascribed to, from a whole state down to one person.",
        "Кому приписують діяння: від держави загалом до окремої особи.",
    ),
):
    STATE = term(
        "state",
        en=("State", "A state or its armed forces as a whole."),
        uk=("Держава", "Держава або її збройні сили загалом."),
    )
    BRANCH = term(
        "branch",
        en=("Branch", "A branch of the armed forces or a separate security or paramilitary service."),
        uk=("Вид або рід військ", "Вид чи рід збройних сил або окрема силова чи воєнізована структура."),
    )
    FORMATION = term(
        "formation",
        en=("Formation", "A brigade, division, corps, army or group of forces."),
        uk=("Зʼєднання", "Бригада, дивізія, корпус, армія або угруповання військ."),
    )
    UNIT = term(
        "unit",
        en=("Unit", "A regiment, battalion, company, platoon or detachment."),
        uk=("Частина або підрозділ", "Полк, батальйон, рота, взвод або загін."),
    )
    COMMANDER = term(
        "commander",
        en=("Commander", "A commander described by the post or call sign, who need not be identified by name."),
        uk=("Командир", "Командир, відомий за посадою чи позивним; імʼя може бути не встановлене."),
    )
    INDIVIDUAL = term(
        "individual",
        en=("Individual", "One person, named in public only once formally charged."),
        uk=("Окрема особа", "Одна особа, імʼя якої оприлюднюють лише після офіційного обвинувачення."),
    )


class AttributionRole(
    Term,
    heading=("Role", "Роль"),
    explanation=(
        "What those to whom the act is ascribed are said to have done or failed to do.",
        "Що, за повідомленнями, зробили або чого не зробили ті, кому приписують діяння.",
    ),
):
    DIRECT_PERPETRATOR = term(
        "direct_perpetrator",
        en=("Direct perpetrator", "Is said to have carried out the act."),
        uk=("Безпосередній виконавець", "За повідомленнями, вчинив діяння безпосередньо."),
    )
    ORDERED = term(
        "ordered",
        en=("Ordered it", "Is said to have given the order."),
        uk=("Віддав наказ", "За повідомленнями, віддав наказ."),
    )
    COMMANDED_UNIT = term(
        "commanded_unit",
        en=("Commanded the unit", "Commanded the unit that is said to have carried out the act."),
        uk=("Командував підрозділом", "Командував підрозділом, який, за повідомленнями, вчинив діяння."),
    )
    PRESENT = term(
        "present",
        en=("Present", "Is said to have been there; taking part is not reported."),
        uk=("Перебував на місці", "За повідомленнями, був на місці; про участь не повідомляють."),
    )
    FAILED_TO_PREVENT = term(
        "failed_to_prevent",
        en=(
            "Failed to prevent it",
            "Had the duty and the means to prevent or punish the act and is said not to have done so.",
        ),
        uk=(
            "Не запобіг",
            "Мав обовʼязок і змогу запобігти діянню або покарати за нього і, за повідомленнями, цього не зробив.",
        ),
    )
    UNIT_IN_AREA = term(
        "unit_in_area",
        en=("Unit in the area", "Was deployed in the area at the time; nothing more is reported."),
        uk=("Підрозділ у районі події", "Був розгорнутий у цьому районі на той час; про більше не повідомляють."),
    )


class GradeRule(
    Term,
    heading=("Rule behind a proposed grade", "Правило запропонованого ступеня"),
    explanation=(
        "Which rule, applied to the citations, gave the grade that the system proposes.",
        "Яке правило, застосоване до посилань, дало ступінь, що його пропонує система.",
    ),
):
    NO_ORIGIN = term(
        "no_origin",
        en=("No supporting report", "No cited report supports that the event happened."),
        uk=("Немає підтверджень", "Жодне з наведених повідомлень не підтверджує, що подія сталася."),
    )
    ONE_ORIGIN = term(
        "one_origin",
        en=("One origin", "All cited reports that the event happened go back to one independent origin."),
        uk=("Одне першоджерело", "Усі наведені повідомлення про подію походять з одного незалежного першоджерела."),
    )
    CORE_INCOMPLETE = term(
        "core_incomplete",
        en=(
            "Core has one origin",
            (
                "Two or more independent origins report the event, but its date, its place or that those killed were "
                "in the power of the adversary or out of action has one origin or none."
            ),
        ),
        uk=(
            "Головне має одне першоджерело",
            (
                "Про подію повідомляють два або більше незалежних першоджерел, але дата, місце або те, що вбиті були "
                "під владою противника чи поза боєм, мають лише одне першоджерело або жодного."
            ),
        ),
    )
    INDEPENDENT_ORIGINS = term(
        "independent_origins",
        en=(
            "Independent origins agree",
            (
                "Two or more independent origins support that the event happened, its date, its place, and that "
                "those killed were in the power of the adversary or out of action."
            ),
        ),
        uk=(
            "Незалежні першоджерела збігаються",
            (
                "Два або більше незалежних першоджерел підтверджують подію, її дату, місце й те, що вбиті були під "
                "владою противника чи поза боєм."
            ),
        ),
    )
    CONFLICT = term(
        "conflict",
        en=(
            "Sources conflict",
            (
                "At least as many independent origins contradict as support that it happened or who did it, "
                "or a contradicting report was rated credible, or the attribution is recorded as disputed."
            ),
        ),
        uk=(
            "Джерела суперечать одне одному",
            (
                "Щонайменше стільки ж незалежних першоджерел заперечують подію або її виконавця, "
                "скільки підтверджують, або заперечення визнано достовірним, "
                "або встановлення виконавця позначено як оспорюване."
            ),
        ),
    )
    FINAL_JUDGMENT = term(
        "final_judgment",
        en=("Final judgment", "A court convicted, and the judgment is final."),
        uk=("Остаточний вирок", "Суд визнав винним, і вирок остаточний."),
    )
