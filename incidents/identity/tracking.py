"""Query parameters that say how a reader came to a page, not which page it is.

The names are those of Firefox's query stripping list, of AdGuard's general tracking parameter filter, and of the
documentation of the newsrooms' and networks' own measuring tools. General cleaners take away more (`ref`, `source`,
`sid`, `uid`), which are the identity of a page on some sites: two articles would become one.
"""

import re

TRACKING = re.compile(
    r"""
    # Measuring tools: Google, Matomo, HubSpot, AT Internet, Olytics, Vero, Meta.
    (?:utm|mtm|pk|piwik|hsa|at|itm|oly|vero|fb_action)_.* | (?:__|_)hs.* |
    # Click identifiers of advertising networks.
    fbclid | gclid | gclsrc | dclid | gbraid | wbraid | srsltid | msclkid | ys?clid | ymclid | twclid | ttclid |
    li_fat_id | epik | irclickid | rb_clickid | wickedid | s_kwcid | s_cid | _openstat | _ga | _gl | _gac |
    # What networks and mailing tools add to a link that is shared.
    igsh | igshid | mibextid | sfnsn | rdid | share_url | __cft__\[0\] | __tn__ | __xts__\[0\] | fb_source | fb_ref |
    _ft_ | refid | refsrc | ref_src | ref_url | __twitter_impression | mc_[ce]id | mkt_tok | ml_subscriber(?:_hash)? |
    # Newsrooms: BBC, MSN, Reuters, AP, The New York Times, The Guardian, Le Monde, Daily Mail, Al Jazeera, Yahoo.
    ns_(?:mchannel|source|campaign|linkname|fee) | ocid | taid | smid | smtyp | cmp | cmpid | xtor | ito |
    traffic_source | echobox | ncid | guccounter | guce_referrer(?:_sig)? |
    # Sessions, and the viewers of AMP pages.
    phpsessid | jsessionid | _unique_id | __cf_chl_(?:rt_)?tk | amp_(?:js_v|gsa|r|cb) | usqp | aoh | ampshare
    """,
    re.IGNORECASE | re.VERBOSE,
)
# These name a sender on some sites and a page on others: they go only where their value names a sender.
SENDER_NAMES = frozenset({"ref", "source", "src", "from", "share", "via", "sender", "referrer"})
SENDERS = re.compile(
    r"(?:rss|feed|fb|facebook|twitter|tw|x|t\.co|telegram|tg|whatsapp|viber|vk|instagram|linkedin|reddit|email|mail|share|"
    r"social|home|homepage|search|google|bing|push|app|newsletter|(?:[a-z0-9-]+\.)+(?:com|org|net|news|ua|uk|eu|io|me|info))",
    re.IGNORECASE,
)
AMP = {"amp": ("", "1", "true"), "outputtype": ("amp",), "output": ("amp",), "view": ("amp",), "mode": ("amp",)}


def is_tracking(name: str, value: str) -> bool:
    """Whether a parameter can be left out without another page being shown."""
    if TRACKING.fullmatch(name):
        return True
    if name.lower() in SENDER_NAMES:
        return SENDERS.fullmatch(value) is not None
    return value.lower() in AMP.get(name.lower(), ())
