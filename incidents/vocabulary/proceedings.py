"""What authorities and other bodies did about it, and what they counted."""

from incidents.vocabulary.term import Term, term


class BodyKind(
    Term,
    heading=("Kind of body", "Вид органу"),
    explanation=("Who investigates.", "Хто розслідує."),
):
    NATIONAL_PROSECUTOR = term(
        "national_prosecutor",
        en=("National prosecution service", "A prosecution service of the state to which the victims belonged."),
        uk=("Національна прокуратура", "Орган прокуратури держави, до якої належали загиблі."),
    )
    NATIONAL_SECURITY_SERVICE = term(
        "national_security_service",
        en=("National security service", "A security or intelligence service of that state."),
        uk=("Національна служба безпеки", "Служба безпеки або розвідки цієї держави."),
    )
    NATIONAL_POLICE = term(
        "national_police",
        en=("National police", "A police service of that state."),
        uk=("Національна поліція", "Поліція цієї держави."),
    )
    MILITARY_JUSTICE = term(
        "military_justice",
        en=("Military justice", "A military prosecutor, military police or military court."),
        uk=("Військова юстиція", "Військова прокуратура, військова поліція або військовий суд."),
    )
    UNIVERSAL_JURISDICTION = term(
        "universal_jurisdiction",
        en=("Universal jurisdiction", "An authority of a third state, acting under universal jurisdiction."),
        uk=("Універсальна юрисдикція", "Орган третьої держави, який діє за принципом універсальної юрисдикції."),
    )
    ICC = term(
        "icc",
        en=("International Criminal Court", "The Court or its Office of the Prosecutor."),
        uk=("Міжнародний кримінальний суд", "Суд або його Офіс прокурора."),
    )
    UN_COMMISSION = term(
        "un_commission",
        en=("UN commission of inquiry", "A commission of inquiry mandated by a United Nations body."),
        uk=("Комісія ООН з розслідування", "Комісія з розслідування за мандатом органу ООН."),
    )
    UN_MONITORING = term(
        "un_monitoring",
        en=("UN monitoring", "A human rights monitoring mission or a special rapporteur of the United Nations."),
        uk=("Моніторинг ООН", "Моніторингова місія ООН з прав людини або спеціальний доповідач ООН."),
    )
    JOINT_TEAM = term(
        "joint_team",
        en=(
            "Joint investigation team",
            "Authorities of several states, or of states and a court, working by agreement.",
        ),
        uk=("Спільна слідча група", "Органи кількох держав або держав і суду, які діють за угодою."),
    )
    NGO = term(
        "ngo",
        en=("Non-governmental organisation", "An organisation that is not part of any state."),
        uk=("Неурядова організація", "Організація, яка не належить жодній державі."),
    )
    MEDIA = term(
        "media",
        en=("Media", "A newsroom or a group of journalists."),
        uk=("Медіа", "Редакція або група журналістів."),
    )
    ACCUSED_STATE = term(
        "accused_state",
        en=("Accused state", "An authority of the state whose forces are accused."),
        uk=("Обвинувачувана держава", "Орган держави, чиї сили звинувачують."),
    )


class StepStatus(
    Term,
    heading=("Steps of an investigation", "Етапи розслідування"),
    explanation=(
        (
            "What has been done, dated and sourced; the last step is the current status. Whoever is accused is "
            "presumed innocent until a final judgment."
        ),
        (
            "Що зроблено, із датою та джерелом; останній етап є поточним станом. Обвинувачений вважається невинуватим "
            "до вироку, який набрав законної сили."
        ),
    ),
):
    NONE_KNOWN = term(
        "none_known",
        en=("None known", "An investigation was searched for on that day, and none was found."),
        uk=("Не відомо", "На зазначену дату розслідування шукали й не знайшли."),
    )
    ANNOUNCED = term(
        "announced",
        en=("Announced", "A body said that it will investigate."),
        uk=("Оголошено", "Орган заявив про намір розслідувати."),
    )
    REGISTERED = term(
        "registered",
        en=("Registered", "A criminal case was opened and entered in the register of investigations."),
        uk=("Зареєстровано", "Розпочато кримінальне провадження, відомості внесено до реєстру розслідувань."),
    )
    ONGOING = term(
        "ongoing",
        en=("Ongoing", "Investigative acts are under way."),
        uk=("Триває", "Проводять слідчі дії."),
    )
    EVIDENCE_TRANSFERRED = term(
        "evidence_transferred",
        en=("Evidence transferred", "Evidence was handed over to another body."),
        uk=("Передано докази", "Докази передано іншому органу."),
    )
    SUSPENDED = term(
        "suspended",
        en=("Suspended", "The proceedings were halted for the time being."),
        uk=("Зупинено", "Провадження тимчасово зупинено."),
    )
    TRANSFERRED = term(
        "transferred",
        en=("Transferred", "Another body took over the case."),
        uk=("Передано", "Справу передано іншому органу."),
    )
    JOINED = term(
        "joined",
        en=("Joined", "The case was joined with another one."),
        uk=("Обʼєднано", "Провадження обʼєднано з іншим."),
    )
    SUSPICION_NOTIFIED = term(
        "suspicion_notified",
        en=("Suspicion notified", "A person was formally notified of suspicion, in person or in absentia."),
        uk=("Повідомлено про підозру", "Особі повідомлено про підозру, особисто або заочно."),
    )
    WARRANT_ISSUED = term(
        "warrant_issued",
        en=("Warrant issued", "A court issued a warrant of arrest."),
        uk=("Видано ордер на арешт", "Суд видав ордер на арешт або дозвіл на затримання."),
    )
    INDICTED = term(
        "indicted",
        en=("Indicted", "An indictment was sent to a court."),
        uk=("Обвинувальний акт у суді", "Обвинувальний акт скеровано до суду."),
    )
    TRIAL = term(
        "trial",
        en=("Trial", "The case is being tried in the presence of the accused."),
        uk=("Судовий розгляд", "Справу розглядають у суді за участю обвинуваченого."),
    )
    TRIAL_IN_ABSENTIA = term(
        "trial_in_absentia",
        en=("Trial in absentia", "The case is being tried without the accused being present."),
        uk=("Заочний судовий розгляд", "Справу розглядають у спеціальному судовому провадженні, без обвинуваченого."),
    )
    CONVICTED = term(
        "convicted",
        en=("Convicted", "A court found the accused guilty; the judgment may still be appealed."),
        uk=("Засуджено", "Суд ухвалив обвинувальний вирок; його ще можна оскаржити."),
    )
    ACQUITTED = term(
        "acquitted",
        en=("Acquitted", "A court acquitted the accused; the judgment may still be appealed."),
        uk=("Виправдано", "Суд ухвалив виправдувальний вирок; його ще можна оскаржити."),
    )
    APPEAL = term(
        "appeal",
        en=("Appeal", "A higher court is reviewing the judgment."),
        uk=("Оскарження", "Вирок переглядає суд вищої інстанції."),
    )
    FINAL = term(
        "final",
        en=("Final", "The judgment can no longer be appealed in the ordinary way."),
        uk=("Набрав законної сили", "Вирок набрав законної сили."),
    )
    CLOSED = term(
        "closed",
        en=("Closed", "The proceedings were ended without a judgment, for the reason given."),
        uk=("Закрито", "Провадження закрито без вироку з наведеної причини."),
    )
    UNKNOWN = term(
        "unknown",
        en=("Unknown", "The current status could not be found out when it was last checked."),
        uk=("Невідомо", "Під час останньої перевірки поточний стан не вдалося зʼясувати."),
    )


class TotalWhat(
    Term,
    heading=("What a total counts", "Що рахує підсумок"),
    explanation=(
        "A body's own count; totals of different bodies, periods or scopes are never added.",
        "Власний підрахунок органу; підсумки різних органів, періодів чи обсягів ніколи не додають.",
    ),
):
    INVESTIGATIONS = term(
        "investigations",
        en=("Investigations", "Criminal proceedings that the body reports."),
        uk=("Розслідування", "Кримінальні провадження, про які повідомляє орган."),
    )
    CASES = term(
        "cases",
        en=("Cases", "Separate events in which people were reportedly executed."),
        uk=("Випадки", "Окремі події, під час яких, за повідомленнями, людей стратили."),
    )
    PERSONS_EXECUTED = term(
        "persons_executed",
        en=("Persons executed", "People reported executed."),
        uk=("Страчені особи", "Люди, про страту яких повідомлено."),
    )


class TotalQualifier(
    Term,
    heading=("How exact a total is", "Наскільки точний підсумок"),
    explanation=("How the body itself qualifies its number.", "Як сам орган уточнює своє число."),
):
    EXACT = term(
        "exact",
        en=("Exactly", "The body gives the number without qualification."),
        uk=("Рівно", "Орган наводить число без застережень."),
    )
    AT_LEAST = term(
        "at_least",
        en=("At least", "The body says that it is this number or more."),
        uk=("Щонайменше", "Орган зазначає, що їх стільки або більше."),
    )
    MORE_THAN = term(
        "more_than",
        en=("More than", "The body says that it is above this number."),
        uk=("Понад", "Орган зазначає, що їх більше за це число."),
    )
    ABOUT = term(
        "about",
        en=("About", "The body says that the number is approximate."),
        uk=("Близько", "Орган зазначає, що число приблизне."),
    )
