"""The words of dates in English, Ukrainian and Russian, as regular expressions for lower-case text."""

from enum import Enum, auto

from incidents.dates.edtf import SPRING

_MONTH_FORMS = (
    "january jan січень січня січні січнем січ январь января январе янв",
    "february feb лютий лютого лютому лютим лют февраль февраля феврале фев",
    "march mar березень березня березні березнем бер март марта марте мар",
    "april apr квітень квітня квітні квітнем квіт кві апрель апреля апреле апр",
    "may травень травня травні травнем трав тра май мая мае",
    "june jun червень червня червні червнем черв чер июнь июня июне июн",
    "july jul липень липня липні липнем лип июль июля июле июл",
    "august aug серпень серпня серпні серпнем серп сер август августа августе авг",
    "september sept sep вересень вересня вересні вереснем верес вер сентябрь сентября сентябре сент сен",
    "october oct жовтень жовтня жовтні жовтнем жовт жов октябрь октября октябре окт",
    "november nov листопад листопада листопаді листопадом лист лис ноябрь ноября ноябре нояб ноя",
    "december dec грудень грудня грудні груднем груд гру декабрь декабря декабре дек",
)
_SEASON_FORMS = (
    "spring весна весни весні весною навесні весны весне весной",
    "summer літо літа літі літом влітку улітку лето лета лете летом",
    "autumn fall осінь осені осінню восени осень осени осенью",
    "winter зима зими зимі зимою взимку узимку зимы зиме зимой",
)
MONTHS = {form: number for number, forms in enumerate(_MONTH_FORMS, 1) for form in forms.split()}
SEASONS = {form: number for number, forms in enumerate(_SEASON_FORMS, SPRING) for form in forms.split()}

WEEKDAYS = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|нд|понеділ(?:ок|ка)|вівтор(?:ок|ка)|серед[аиу]|четверг?|четверга|"
    "пʼятниц[яіюи]|субот[аиу]|неділ[яіюи]|понедельник|вторник|сред[ау]|пятниц[ау]|суббот[ау]|воскресенье"
)
YEAR_NOUNS = r"рок[уиі]|рік|році|рр?\.?|год[ау]?|гг?\.?"
FILLERS = "on|in|at|the|of|during|month of|у|в|во|на|протягом|упродовж|впродовж|в течение|за"
APPROXIMATE = (
    r"~|about|circa|ca\.?|c\.|approx(?:imately|\.)?|around|roughly|приблизно|близько|біля|орієнтовно|десь|около|примерно"
    r"|приблизительно|ориентировочно"
)
UNCERTAIN = (
    r"\?|\(\?\)|possibly,?|probably,?|perhaps,?|maybe|likely|можливо,?|[іи]?мовірно,?|ймовірно,?|мабуть,?|возможно,?"
    r"|вероятно,?|предположительно"
)
# Without the prepositions, which are fillers.
PARTS = (
    (r"early|(?:beginning|start) of|почат(?:ок|ку)|начал[ое]", "early"),
    (r"mid|middle of|всередині|середин[аіе]", "mid"),
    (r"late|end of|наприкінці|під кінець|кінець|кінці|кон(?:ец|це)", "late"),
    (r"first half of|перш(?:а|ій) половин[аі]|перв(?:ая|ой) половин[ае]", "first half"),
    (r"second half of|друг(?:а|ій) половин[аі]|втор(?:ая|ой) половин[ае]", "second half"),
)


class Bound(Enum):
    """The side of a date on which something happened. BY and SINCE include the date itself."""

    BEFORE = auto()
    BY = auto()
    AFTER = auto()
    SINCE = auto()


# «До» may include the day or not; a longer phrase comes before one that it begins with.
BOUNDS: tuple[tuple[str, tuple[Bound, ...]], ...] = (
    (
        r"by|until|till|up to|no(?:t)? later than|(?:on|in) or before|не пізніше(?: ніж| за| від)?|не позднее|не позже",
        (Bound.BY,),
    ),
    (
        (
            r"since|from|starting(?: from| on)?|no(?:t)? (?:earlier than|before)|(?:on|in) or after|починаючи (?:з|від)"
            r"|начиная с|не раніше(?: ніж| за| від)?|не ранее|не раньше|зі?|із|від|со?|от"
        ),
        (Bound.SINCE,),
    ),
    (r"before|prior to|earlier than|раніше(?: ніж| за| від)?|перед|раньше|ранее", (Bound.BEFORE,)),
    (r"after|later than|пізніше(?: ніж| за| від)?|після|позже|позднее|после", (Bound.AFTER,)),
    (r"до", (Bound.BEFORE, Bound.BY)),
)
RANGES = (
    r"between (.+) and (.+)",
    r"між (.+) (?:і|й|та) (.+)",
    r"между (.+) и (.+)",
    r"from (.+) (?:to|until|till|through) (.+)",
    r"(?:зі?|із|від|со?|от) (.+) (?:по|до) (.+)",
    r"(?:the )?night (?:of|from) (.+) (?:to|on) (.+)",
    r"(.+) (?:to|through|until) (.+)",
)
