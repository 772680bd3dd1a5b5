"""Words of the field for the search: words that decide nothing, and families of words that ask for each other.

A family holds the words of one root or of one institution, as dictionary forms, in Ukrainian, Russian and English. A
query for one of them finds all of them. It is no thesaurus: words that only mean something similar are not in it.
"""

# Prepositions, conjunctions, particles and articles. In quotation marks they are searched for.
_FUNCTION_WORDS = """
    в у во на під над за з із зі зо до від од о об про при по біля коло поблизу поруч неподалік між серед через для без
    після перед проти крізь і й та або чи а але що як який де коли не ні же ж б би
    під час и или со к ко от под около возле близ рядом с для без после перед между из что как где когда не ни бы
    a an the at in on of to by from for with near and or as is are was were not into over under between after before
    during about that which who
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())

FAMILIES: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for line in """
    розстріл розстріляти розстрілювати розстріляний розстрілювання расстрел расстрелять расстреливать расстрелянный
    страта стратити страчувати страчений страчування казнь казнить казнённый
    убивство вбивство убити вбити убивати вбивати убитий вбитий убивця вбивця убийство убить убивать убитый убийца
    застрелити застрелений застрелювати застрелить застреленный
    полон полонений полонити полонення військовополонений плен пленный пленить военнопленный
    обезголовлення обезголовити обезголовлювати обезголовлений обезглавить обезглавливание обезглавленный
    катування катувати закатувати закатований тортури пытка пытать замучить
    скалічення скалічити скалічений калічити калечить искалечить
    побиття побити бити побитий избиение избить избитый
    поранення поранити поранений ранение ранить раненый
    загибель загинути загиблий гинути гибель погибнуть погибший
    здача здатися здаватися здавання сдача сдаться сдаваться
    наказ наказати наказувати приказ приказать приказывать
    перехоплення перехопити перехоплений перехоплювати радіоперехоплення перехват перехваченный радиоперехват
    відео відеозапис відеоролик видео видеозапись
    запис записати записаний запись записать
    дрон безпілотник бпла дроновий беспилотник
    свідок свідчення свідчити засвідчити свидетель показание свидетельство свидетельствовать
    прокурор прокуратура прокурорський генпрокурор генпрокуратура
    розслідування розслідувати расследование расследовать
    підозра підозрюваний підозрювати подозрение подозреваемый подозревать
    обвинувачення обвинувачений обвинувачувати обвинувальний обвинение обвиняемый обвинять
    вирок засудити засуджений осуд приговор осудить осуждённый
    суд судовий судити судебный судить
    колонія тюрма вʼязниця колония тюрьма
    батальйон батальйонний батальон
    область області обласний обл областной oblast region регіон регион
    район районний районный raion rayon district
    execution execute executed executioner
    captive captivity capture captured captor
    prisoner prison imprison imprisoned imprisonment
    intercept interception intercepted
    investigation investigate investigator investigative
    prosecutor prosecution prosecute prosecuted
    suspect suspicion suspected
    convict conviction convicted
    testimony testify testified
    witness eyewitness
    behead beheading beheaded decapitate decapitation
    torture torturer tortured
    mutilation mutilate mutilated
    surrender surrendering surrendered
    """.strip().splitlines()
)
