"""Why something that had been published was erased. The category is public; what stood there is not."""

from incidents.vocabulary.term import Term, term


class RedactionReason(
    Term,
    heading=("Reason for erasing", "Причина вилучення"),
    explanation=(
        "Why the text of an edition was erased. Its digest stays, so that nobody can put another text in its place.",
        "Чому текст редакції вилучено. Її контрольна сума залишається, тож підставити замість нього інший неможливо.",
    ),
):
    SAFETY = term(
        "safety",
        en=("Someone's safety", "What stood there could endanger somebody."),
        uk=("Безпека людини", "Те, що там було, могло наразити когось на небезпеку."),
    )
    COURT_ORDER = term(
        "court_order",
        en=("Court order", "A court with jurisdiction over the register ordered it."),
        uk=("Рішення суду", "Цього вимагає рішення суду, юрисдикція якого поширюється на реєстр."),
    )
    DIGNITY = term(
        "dignity",
        en=("Dignity or privacy", "It told of a victim, or of relatives, what must not be public."),
        uk=("Гідність або приватність", "Містило про потерпілу особу чи рідних те, що не має бути публічним."),
    )
    PERSONAL_DATA = term(
        "personal_data",
        en=("Personal data", "It named or described somebody whom the register does not name."),
        uk=("Персональні дані", "Називало чи описувало особу, яку реєстр не називає."),
    )
