"""Sentences of a synthetic register, in pairs. All are invented, and say so; no person is named."""

from __future__ import annotations

from random import Random

type Pair = tuple[str, str]

NOTICE: Pair = (
    "This record is invented and describes no event; it exists to measure the program.",
    "Цей запис вигаданий і не описує жодної події; він існує, щоб вимірювати роботу програми.",
)
# This pair is in about half of all records, so that a search for one of its words finds half the register.
COMMON: Pair = (
    "A drone crew is said to have watched the position for part of the day and to have handed over its recording.",
    "Екіпаж дрона, за повідомленнями, частину дня спостерігав за позицією і передав свій запис.",
)
SENTENCES: tuple[Pair, ...] = (
    (
        "According to the first report, {n} soldiers had laid down their weapons near a {site}.",
        "За першим повідомленням, {n} військових склали зброю поблизу: {site}.",
    ),
    (
        "The report does not say how long they were held, nor who gave the order.",
        "У повідомленні не сказано, скільки їх утримували і хто віддав наказ.",
    ),
    (
        "A second account from {month} gives a different number and a different hour.",
        "Друге свідчення ({month}) наводить інше число та іншу годину.",
    ),
    (
        "The recording is {n} minutes long and ends before the outcome can be seen.",
        "Запис триває {n} хвилин і закінчується раніше, ніж видно, чим усе завершилося.",
    ),
    (
        "Analysts compared the tree line, the road and a damaged {site} with satellite images.",
        "Аналітики порівняли лісосмугу, дорогу та пошкоджений обʼєкт ({site}) із супутниковими знімками.",
    ),
    (
        "The prosecutor's office opened proceedings on the fact of a violation of the laws of war.",
        "Прокуратура відкрила провадження за фактом порушення законів та звичаїв війни.",
    ),
    (
        "Relatives were told of a missing person {n} days later by letter.",
        "Родичів повідомили листом про зникнення безвісти через {n} днів.",
    ),
    (
        "An officer of the brigade confirmed the place to a newspaper but not the date.",
        "Офіцер бригади підтвердив газеті місце, але не дату.",
    ),
    (
        "Both sides had changed positions in the area several times since {month}.",
        "Обидві сторони від місяця {month} кілька разів змінювали позиції в цьому районі.",
    ),
    (
        "The bodies were recovered during an exchange and examined by forensic experts.",
        "Тіла повернули під час обміну, їх оглянули судово-медичні експерти.",
    ),
    (
        "One survivor reportedly reached the next village after {n} hours on foot.",
        "Один із тих, хто вижив, за повідомленнями, дістався сусіднього села за {n} годин пішки.",
    ),
    (
        "An intercepted conversation mentions prisoners, yet no name and no unit.",
        "У перехопленій розмові згадано полонених, але жодного імені й жодного підрозділу.",
    ),
    (
        "The ministry of the other state called the recording staged and offered no evidence.",
        "Міністерство іншої держави назвало запис постановочним і не навело доказів.",
    ),
    (
        "Monitors of an international mission spoke with {n} people who had been in captivity.",
        "Спостерігачі міжнародної місії поговорили з {n} людьми, які були в полоні.",
    ),
    (
        "Weather records of that week agree with the snow that can be seen on the ground.",
        "Дані про погоду того тижня узгоджуються зі снігом, який видно на землі.",
    ),
    (
        "The channel that first showed the pictures deleted them in {month}.",
        "Канал, який першим показав знімки, видалив їх ({month}).",
    ),
    (
        "It is not known whether the commander was informed before or after.",
        "Невідомо, чи командира повідомили до того чи після.",
    ),
    (
        "A commission asked for access to the {site} and received no answer.",
        "Комісія просила доступу до обʼєкта ({site}) і не отримала відповіді.",
    ),
    (
        "The wounded had been carried into a cellar, where the line of contact passed at night.",
        "Поранених занесли до підвалу, де вночі проходила лінія зіткнення.",
    ),
    (
        "Two newspapers repeat the statement word for word and add nothing of their own.",
        "Дві газети дослівно повторюють заяву й не додають нічого свого.",
    ),
    (
        "A deserter described the same {site} to investigators without being asked about it.",
        "Дезертир описав слідчим той самий обʼєкт ({site}), хоча його про це не питали.",
    ),
    (
        "The helmet and the armband on the pictures fit the marks that were worn that season.",
        "Шолом і повʼязка на знімках відповідають розпізнавальним знакам того сезону.",
    ),
    (
        "Of {n} photographs only one shows the ground clearly enough to be placed.",
        "З {n} фотографій лише одна показує місцевість достатньо чітко, щоб її визначити.",
    ),
    (
        "The court heard the case in absentia and adjourned it until {month}.",
        "Суд розглядав справу заочно й відклав її ({month}).",
    ),
    (
        "Until the report is confirmed by an independent source, it stands as an allegation.",
        "Доки повідомлення не підтвердить незалежне джерело, воно залишається твердженням.",
    ),
    (
        "The register of missing persons lists {n} names for this stretch of the front.",
        "Реєстр зниклих безвісти містить {n} записів щодо цієї ділянки фронту.",
    ),
    (
        "A translation of the conversation was checked by {n} people independently.",
        "Переклад розмови незалежно перевірили {n} людей.",
    ),
    (
        "The road to the {site} was mined and could be used only in daylight.",
        "Дорога до обʼєкта ({site}) була замінована, нею користувалися лише вдень.",
    ),
    (
        "What happened between the capture and the shots is told differently by each account.",
        "Що сталося між захопленням і пострілами, кожне свідчення розповідає інакше.",
    ),
    (
        "Journalists visited the settlement in {month} and found the cartridge cases still there.",
        "Журналісти відвідали населений пункт ({month}) і знайшли там гільзи.",
    ),
)
SITES: tuple[Pair, ...] = (
    ("farm", "ферма"),
    ("school", "школа"),
    ("railway station", "залізнична станція"),
    ("bridge", "міст"),
    ("quarry", "карʼєр"),
    ("greenhouse", "теплиця"),
    ("grain elevator", "елеватор"),
    ("checkpoint", "блокпост"),
    ("pumping station", "насосна станція"),
    ("vineyard", "виноградник"),
    ("warehouse", "склад"),
    ("observation post", "спостережний пункт"),
)
MONTHS: tuple[Pair, ...] = (
    ("January", "січень"),
    ("March", "березень"),
    ("May", "травень"),
    ("June", "червень"),
    ("August", "серпень"),
    ("October", "жовтень"),
    ("November", "листопад"),
)
QUOTES: tuple[Pair, ...] = (
    ("they had raised their hands and put down their weapons", "вони підняли руки й склали зброю"),
    ("the shots were heard after the engine had stopped", "постріли було чути після того, як двигун замовк"),
    ("nobody in the column was armed any more", "ніхто в колоні вже не мав зброї"),
    ("the statement gives neither the place nor the hour", "у заяві немає ні місця, ні години"),
    ("we saw the recording and cannot say who made it", "ми бачили запис і не можемо сказати, хто його зробив"),
    ("the commission has received three letters about it", "комісія отримала про це три листи"),
)
HEADLINES = (
    "Invented report on an incident near a {site}",
    "What an invented recording from {month} shows",
    "Invented statement about prisoners at a {site}",
    "Invented chronology of {n} days in {month}",
)
PUBLISHERS = (
    *("Invented Courier", "Invented Prosecutor", "Invented Observer", "Invented Mission", "Invented Channel"),
    *("Вигадана газета", "Вигаданий вісник", "Invented Institute", "Invented Broadcaster", "Invented Agency"),
)
SHORTEST, LONGEST = 140, 200  # words of a summary in English; Ukrainian has a fifth fewer


def summary(random: Random) -> dict[str, str]:
    """A text of 100 to 200 words in both languages."""
    wanted = random.randint(SHORTEST, LONGEST)
    pairs = [NOTICE] + ([COMMON] if random.random() < 0.5 else [])
    words = sum(len(english.split()) for english, _ukrainian in pairs)
    for template in random.sample(SENTENCES, len(SENTENCES)):
        if words + len(template[0].split()) > wanted:
            break
        pairs.append(_filled(template, random))
        words += len(template[0].split())
    return {"en": " ".join(pair[0] for pair in pairs), "uk": " ".join(pair[1] for pair in pairs)}


def headline(random: Random) -> str:
    """The title of a source."""
    return _filled((random.choice(HEADLINES), ""), random)[0]


def _filled(template: Pair, random: Random) -> Pair:
    site, month, n = random.choice(SITES), random.choice(MONTHS), str(random.randint(2, 40))
    return (
        template[0].format(n=n, site=site[0], month=month[0]),
        template[1].format(n=n, site=site[1], month=month[1]),
    )
