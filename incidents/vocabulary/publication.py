"""What of the casework the public may see, and what became of what it saw. Nothing published is changed unseen."""

from incidents.vocabulary.term import Term, term


class RecordKind(
    Term,
    heading=("Kind of record", "Вид запису"),
    explanation=("What the register publishes under a code of its own.", "Що реєстр публікує під окремим кодом."),
):
    INCIDENT = term(
        "incident",
        en=("Incident", "One reported event in which people out of action are said to have been killed."),
        uk=("Випадок", "Одна повідомлена подія, під час якої, за повідомленнями, вбито людей поза боєм."),
    )
    SOURCE = term(
        "source",
        en=("Source", "A report, document, recording or statement on which claims rest."),
        uk=("Джерело", "Повідомлення, документ, запис або заява, на яких ґрунтуються твердження."),
    )
    INVESTIGATION = term(
        "investigation",
        en=("Investigation", "What one body did about one or more incidents, step by step."),
        uk=("Розслідування", "Що один орган зробив щодо одного чи кількох випадків, крок за кроком."),
    )
    TOTAL = term(
        "total",
        en=("Reported total", "A body's own count as of a day."),
        uk=("Повідомлений підсумок", "Власний підрахунок органу станом на певний день."),
    )


class Publication(
    Term,
    heading=("State of publication", "Стан публікації"),
    explanation=(
        "Whether the public may see a record; it says nothing of how sure its content is.",
        "Чи може запис бачити загал; це нічого не говорить про підтвердженість його змісту.",
    ),
):
    DRAFT = term(
        "draft",
        en=("Draft", "Being written; not public."),
        uk=("Чернетка", "У роботі; не оприлюднено."),
    )
    SUBMITTED = term(
        "submitted",
        en=("Submitted", "Waiting for a review by a second person."),
        uk=("Подано", "Очікує перевірки другою особою."),
    )
    CHANGES_REQUESTED = term(
        "changes_requested",
        en=("Changes requested", "Returned by the reviewer with a comment."),
        uk=("Потрібні зміни", "Повернено рецензентом із коментарем."),
    )
    PUBLISHED = term(
        "published",
        en=("Published", "Approved by a second person and public."),
        uk=("Опубліковано", "Схвалено другою особою й оприлюднено."),
    )
    WITHDRAWN = term(
        "withdrawn",
        en=("Withdrawn", "Taken back; the reason stays at the same address."),
        uk=("Відкликано", "Відкликано; причина залишається за тією самою адресою."),
    )
    MERGED = term(
        "merged",
        en=("Merged", "Made part of another record, to which its address leads."),
        uk=("Обʼєднано", "Увійшов до іншого запису, на який веде його адреса."),
    )
    REJECTED = term(
        "rejected",
        en=("Rejected", "Not accepted for publication, for the reason given."),
        uk=("Відхилено", "Не прийнято до публікації з наведеної причини."),
    )
    DISCARDED = term(
        "discarded",
        en=("Discarded", "Put aside by its author before it was ever public; its code is not used again."),
        uk=("Скасовано", "Автор скасував запис до першої публікації; його код більше не використовується."),
    )


class RejectReason(
    Term,
    heading=("Reason for rejection", "Причина відхилення"),
    explanation=("Why a record was not accepted.", "Чому запис не прийнято."),
):
    OUT_OF_SCOPE = term(
        "out_of_scope",
        en=("Out of scope", "It is not about the killing of someone out of action."),
        uk=("Поза предметом реєстру", "Не стосується вбивства особи поза боєм."),
    )
    DUPLICATE = term(
        "duplicate",
        en=("Duplicate", "The same event is recorded already."),
        uk=("Повтор", "Цю саму подію вже записано."),
    )
    INSUFFICIENT = term(
        "insufficient",
        en=("Insufficient", "There is too little to say what happened, when or where."),
        uk=("Недостатньо відомостей", "Замало відомостей, щоб сказати, що, коли чи де сталося."),
    )
    SAFETY = term(
        "safety",
        en=("Safety", "Publishing it could endanger someone."),
        uk=("Безпека", "Публікація може наразити когось на небезпеку."),
    )
    FABRICATED = term(
        "fabricated",
        en=("Fabricated", "The material was shown to be staged or forged."),
        uk=("Сфабриковано", "Доведено, що матеріал постановочний або підроблений."),
    )


class EditionChange(
    Term,
    heading=("Kind of edition", "Вид редакції"),
    explanation=(
        "What a new edition changes against the one before it; every edition stays readable.",
        "Що нова редакція змінює порівняно з попередньою; кожна редакція залишається доступною.",
    ),
):
    FIRST = term(
        "first",
        en=("First edition", "The record is published for the first time."),
        uk=("Перша редакція", "Запис опубліковано вперше."),
    )
    UPDATED = term(
        "updated",
        en=("Updated", "Something new was added, or the state of knowledge changed."),
        uk=("Оновлено", "Додано нове або змінився стан відомостей."),
    )
    CORRECTED = term(
        "corrected",
        en=("Corrected", "An error in an earlier edition was corrected; the note says which."),
        uk=("Виправлено", "Виправлено помилку попередньої редакції; у примітці зазначено яку."),
    )
    WITHDRAWN = term(
        "withdrawn",
        en=("Withdrawn", "The record was taken back; the note gives the reason."),
        uk=("Відкликано", "Запис відкликано; причину наведено в примітці."),
    )
    MERGED = term(
        "merged",
        en=("Merged", "The record became part of another one."),
        uk=("Обʼєднано", "Запис увійшов до іншого."),
    )
