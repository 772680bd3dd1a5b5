"""Every address there is, by the names of the URLconf: tests of all pages take their list from here.

A new route belongs into one of the tables; `tests/portal/test_addresses.py` fails as long as it is in none.
"""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from people.models import Role

type Addresses = dict[str, tuple[str, ...]]

# Pages for readers, with what stands there in the starting register: as few addresses as show all that a page can be.
PAGES: Addresses = {
    "register:home": ("/",),
    "register:incidents": ("/incidents/", "/incidents/?q=executed&grade=corroborated&date_from=2024"),
    "register:incident": ("/incidents/HDC-0001/", "/incidents/HDC-0002/"),
    "register:incident_edition": ("/incidents/HDC-0002/editions/1/",),
    "register:map": ("/map/",),
    "register:timeline": ("/timeline/",),
    "register:figures": ("/figures/", "/figures/?grade=corroborated&date_from=2024"),
    "register:sources": ("/sources/", "/sources/?page=2"),
    "register:source": ("/sources/S-0001/",),
    "register:source_edition": ("/sources/S-0001/editions/1/",),
    "register:investigations": ("/investigations/",),
    "register:investigation": ("/investigations/I-0001/",),
    "register:investigation_edition": ("/investigations/I-0001/editions/1/",),
    "register:totals": ("/totals/",),
    "register:total": ("/totals/T-0001/",),
    "register:total_edition": ("/totals/T-0001/editions/1/",),
    "register:units": ("/units/",),
    "register:unit": ("/units/U-0001/",),
    "register:definitions": ("/definitions/",),
    "register:methodology": ("/methodology/",),
    "register:corrections": ("/corrections/",),
    "register:api": ("/api/",),
    "register:ledger": ("/ledger/",),
}
# Pages within other sites.
EMBEDS = ("/embed/incidents/", "/embed/incidents/HDC-0001/", "/embed/map/")
# Pages that say that there is nothing, and why, with their status.
MISTAKES = {
    "/nothing/": 404,
    "/incidents/?grade=none&date_from=2025&date_to=2024": 400,
    "/sources/?page=99": 400,
    "/incidents/?q=nothing+at+all+fits": 200,
}
# Data for programs, and what is fetched by pages.
DATA: Addresses = {
    "register:incident_document": ("/incidents/HDC-0001/editions/1.json",),
    "register:source_document": ("/sources/S-0001/editions/1.json",),
    "register:investigation_document": ("/investigations/I-0001/editions/1.json",),
    "register:total_document": ("/totals/T-0001/editions/1.json",),
    "register:map_data": ("/map/data.json",),
    "register:cite": ("/incidents/HDC-0001/editions/1/cite.bib",),
    "register:incidents_feed": ("/incidents.atom",),
    "register:citations_feed": ("/citations.atom",),
    "register:feed": ("/sources.atom", "/investigations.atom", "/totals.atom"),
    "register:corrections_feed": ("/corrections.atom",),
    "register:sitemap": ("/sitemap.xml",),
    "register:sitemap_part": ("/sitemap-incident-1.xml",),
    "register:robots": ("/robots.txt",),
    "register:file": ("/incidents.csv", "/incidents.geojson", "/sources.json", "/citations.xlsx", "/totals.csv"),
    "register:figure": ("/figures/months.svg", "/figures/oblasts.png", "/figures/killed.csv"),
    "register:package": ("/register.zip",),
    "register:file_metadata": ("/incidents.csv-metadata.json",),
    "register:api_index": ("/api/v1/",),
    "register:api_description": ("/api/v1/openapi.json",),
    "register:api_list": ("/api/v1/incidents", "/api/v1/editions"),
    "register:api_record": ("/api/v1/incidents/HDC-0001",),
    "register:api/<path:path>": ("/api/v1/nothing",),
}
# The log of editions and what comes from it: there as soon as it is signed.
LOG: Addresses = {
    "ledger:checkpoint": ("/ledger/checkpoint",),
    "ledger:kept_checkpoint": ("/ledger/checkpoint/1",),
    "ledger:consistency": ("/ledger/consistency/1-2",),
    "ledger:entries": ("/ledger/tile/entries/000",),
    "ledger:partial_entries": ("/ledger/tile/entries/000.p/1",),
    "ledger:tile": ("/ledger/tile/0/000",),
    "ledger:partial_tile": ("/ledger/tile/0/000.p/1",),
    "ledger:key": ("/ledger/key",),
    "ledger:verify": ("/ledger/verify.py",),
    "register:incident_proof": ("/incidents/HDC-0001/editions/1.tlog-proof",),
    "register:source_proof": ("/sources/S-0001/editions/1.tlog-proof",),
    "register:investigation_proof": ("/investigations/I-0001/editions/1.tlog-proof",),
    "register:total_proof": ("/totals/T-0001/editions/1.tlog-proof",),
}
# Pages for people with accounts, by who sees most of them.
DESK: dict[Role | None, Addresses] = {
    None: {
        "account_login": ("/accounts/login/",),
        "account_signup": ("/accounts/signup/",),
        "account_reset_password": ("/accounts/password/reset/",),
        "account_reset_password_done": ("/accounts/password/reset/done/",),
        "account_reset_password_from_key": ("/accounts/password/reset/key/1-broken/",),
        "account_reset_password_from_key_done": ("/accounts/password/reset/key/done/",),
        "account_inactive": ("/accounts/inactive/",),
        "accept_invitation": ("/accounts/invitation/none/",),
    },
    Role.DOCUMENTER: {
        "desk:drafts": ("/desk/",),
        "desk:incidents": ("/desk/incidents/",),
        "desk:sources": ("/desk/sources/",),
        "desk:investigations": ("/desk/investigations/",),
        "desk:totals": ("/desk/totals/",),
        "desk:units": ("/desk/units/",),
        "desk:search": ("/desk/search/?q=CNN",),
        "desk:new": ("/desk/incidents/new/", "/desk/sources/new/", "/desk/investigations/new/", "/desk/totals/new/"),
        "desk:record": ("/desk/incidents/HDC-0002/", "/desk/sources/S-0001/"),
        "desk:edit": ("/desk/incidents/HDC-0002/edit/",),
        "desk:history": ("/desk/incidents/HDC-0002/history/",),
        "account_logout": ("/accounts/logout/",),
        "account_change_password": ("/accounts/password/change/",),
        "account_reauthenticate": ("/accounts/reauthenticate/",),
        "usersessions_list": ("/accounts/sessions/",),
        "mfa_index": ("/accounts/2fa/",),
        "mfa_activate_totp": ("/accounts/2fa/totp/activate/",),
        "mfa_add_webauthn": ("/accounts/2fa/webauthn/add/",),
        "mfa_list_webauthn": ("/accounts/2fa/webauthn/",),
    },
    Role.REVIEWER: {
        "desk:queue": ("/desk/queue/",),
        "desk:review": ("/desk/incidents/HDC-0002/review/",),
        "desk:merge": ("/desk/incidents/HDC-0002/merge/", "/desk/incidents/HDC-0002/merge/?target=HDC-0003"),
    },
    Role.ADMINISTRATOR: {
        "desk:people": ("/desk/people/",),
        "desk:trail": ("/desk/trail/",),
        "desk:redactions": ("/desk/redactions/", "/desk/redactions/?code=HDC-0001"),
    },
}
NEEDS_TWO = "needs two editions of a record, and the starting register has one of each"
NEEDS_FACTOR = "needs an account that has a second factor"
# No page of ours stands there, or none that the starting register can show; the reason.
NO_PAGE = {
    "healthz": "a word for a supervisor",
    "readyz": "a word for a supervisor",
    "csp_report": "browsers post what a policy forbade",
    "desk:move": "is only posted to",
    "desk:invitation_withdraw": "is only posted to",
    "desk:grant_decision": "is only posted to",
    "desk:redact": "is only posted to",
    "desk:redaction_decision": "is only posted to",
    "desk:place_suggestions": "a fragment of the form, shown within it",
    "desk:source_suggestions": "a fragment of the form, shown within it",
    "desk:known_sources": "a fragment of the form, shown within it",
    "desk:record_suggestions": "a fragment of the form, shown within it",
    "desk:similar_incidents": "a fragment of the form, shown within it",
    "desk:unit_suggestions": "a fragment of the form, shown within it",
    "desk:publisher_suggestions": "a fragment of the form, shown within it",
    "desk:date_reading": "a fragment of the form, shown within it",
    "desk:point_reading": "a fragment of the form, shown within it",
    "register:embed_incidents": "a frame of other sites, held to its own rules by test_embed.py",
    "register:embed_incident": "a frame of other sites, held to its own rules by test_embed.py",
    "register:embed_map": "a frame of other sites, held to its own rules by test_embed.py",
    "register:incident_compare": NEEDS_TWO,
    "register:source_compare": NEEDS_TWO,
    "register:investigation_compare": NEEDS_TWO,
    "register:total_compare": NEEDS_TWO,
    "register:api_slash": "leads to the same address without the slash at its end",
    "here": "is asked by a script of the desk",
    "end_session": "is only posted to",
    "mfa_deactivate_totp": NEEDS_FACTOR,
    "mfa_generate_recovery_codes": NEEDS_FACTOR,
    "mfa_view_recovery_codes": NEEDS_FACTOR,
    "mfa_download_recovery_codes": NEEDS_FACTOR,
    "mfa_edit_webauthn": NEEDS_FACTOR,
    "mfa_remove_webauthn": NEEDS_FACTOR,
    "mfa_authenticate": NEEDS_FACTOR,
    "mfa_reauthenticate": NEEDS_FACTOR,
    "mfa_reauthenticate_webauthn": NEEDS_FACTOR,
    "mfa_login_webauthn": "is asked by a script of the sign-in page",
    "account_set_password": "leads to the change of the password, because every account has one",
}


def routes() -> set[str]:
    """The names of all routes, with their namespaces; a route without a name by its pattern. Django's own apart."""
    return {name for name in _named(get_resolver(), "") if not name.startswith("admin:")}


def _named(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _named(each, f"{namespace}{each.namespace}:" if each.namespace else namespace)
        elif isinstance(each, URLPattern):
            yield namespace + (each.name or str(each.pattern))


def decided() -> set[str]:
    """The routes that stand in one of the tables."""
    return {*PAGES, *DATA, *LOG, *NO_PAGE, *(name for pages in DESK.values() for name in pages)}


def all_of(table: Addresses) -> list[str]:
    """The addresses of a table in its order."""
    return [address for addresses in table.values() for address in addresses]


def in_both(addresses: list[str] | tuple[str, ...]) -> list[str]:
    """The addresses in English and in Ukrainian."""
    return [f"{prefix}{address}" for address in addresses for prefix in ("", "/uk")]
