"""The `README.md` of the package, in both languages."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import override

from incidents.register.tables.about import LICENCE_NAME, LICENCE_URL, Head

WORDS = """# {name}

{subtitle}. <{site}>

State of the register: {head}.
Licence: {licence} (CC BY 4.0), <{licence_url}>. Name the register and the edition that you used.

An entry says what is reported, by whom, and how sure that is. It does not say who is guilty, and its absence does not
say that nothing happened.

- `datapackage.json` describes the tables (Frictionless Data Package); `frictionless validate datapackage.json` checks
  them.
- `*.csv` are the tables: UTF-8, one header line, codes instead of labels, `;` between the codes of a list. An empty
  cell means: not given in the register; it never means nought. A text that a spreadsheet would run as a formula has an
  apostrophe before it.
- `data-dictionary.md` says what each column and each code means.
- `editions/CODE/NUMBER.json` is the document of an edition, byte for byte as it is served at its address. Of a record
  that was withdrawn only the last document is left, which gives the reason; `editions.csv` names the others with their
  digests.
- `SHA256SUMS` are the digests of these documents as they were published: `sha256sum --check SHA256SUMS` compares them.
  The same digests stand in `editions.csv` and on the pages of the register.
- The same state of the register always gives the same file. Its times are those of the newest edition.

# {name_uk}

{subtitle_uk}. <{site}/uk/>

Стан реєстру: {head_uk}.
Ліцензія: {licence} (CC BY 4.0), <{licence_url}>. Зазначайте реєстр і редакцію, якою скористалися.

Запис говорить, що повідомляють, хто і наскільки це певно. Він не говорить, хто винен, а його відсутність не означає,
що нічого не сталося.

- `datapackage.json` описує таблиці (Frictionless Data Package). `frictionless validate datapackage.json` перевіряє їх.
- `*.csv` — таблиці: UTF-8, один рядок заголовків, коди замість назв, `;` між кодами переліку. Порожня клітинка означає:
  у реєстрі не наведено; вона ніколи не означає нуль. Перед текстом, який електронна таблиця виконала б як формулу,
  стоїть апостроф.
- `data-dictionary.md` пояснює кожен стовпець і кожен код.
- `editions/КОД/НОМЕР.json` — документ редакції, байт у байт такий, як за її адресою. Від відкликаного запису
  лишається тільки останній документ із причиною; решту з їхніми контрольними сумами названо в `editions.csv`.
- `SHA256SUMS` — контрольні суми цих документів, якими їх опубліковано: `sha256sum --check SHA256SUMS` порівнює їх.
  Ті самі контрольні суми стоять у `editions.csv` і на сторінках реєстру.
- Той самий стан реєстру завжди дає той самий файл. Час у ньому — час найновішої редакції.
"""


def read_me(head: Head) -> str:
    """The text of `README.md` for a head."""
    told = {
        "name": _in("en", settings.REGISTER_NAME),
        "name_uk": _in("uk", settings.REGISTER_NAME),
        "subtitle": _in("en", settings.REGISTER_SUBTITLE),
        "subtitle_uk": _in("uk", settings.REGISTER_SUBTITLE),
        "site": settings.SITE_URL,
        "licence": LICENCE_NAME,
        "licence_url": LICENCE_URL,
    }
    if not head.number:
        return WORDS.format(**told, head="nothing has been published yet", head_uk="ще нічого не опубліковано")
    published = head.as_json["published"]
    return WORDS.format(
        **told,
        head=f"edition no. {head.number} in order of publication, {published}, SHA-256 {head.digest}",
        head_uk=f"редакція № {head.number} за порядком публікації, {published}, SHA-256 {head.digest}",
    )


def _in(language: str, text: object) -> str:
    with override(language):
        return str(text)
