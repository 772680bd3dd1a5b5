"""The posts of social networks: each network has several addresses for one of them.

A rule reads an address of its network and returns the address of the post, or None for another page of the network.
What does not identify a post is left out: for example, X and TikTok find a post by its number alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

type Query = Mapping[str, str]
type Rule = Callable[[str, Query], str | None]

NITTER = re.compile(r"nitter\.[a-z0-9.-]+|xcancel\.com|(?:fx|vx|fixv)twitter\.com|fixupx\.com|fixvx\.com")
X_POST = re.compile(r"/(?:i/web|i|[A-Za-z0-9_]+)/status(?:es)?/([0-9]+)(?:/.*)?")
TELEGRAM_POST = re.compile(r"/(?:s/)?(c/[0-9]+|[A-Za-z][A-Za-z0-9_]+)/(?:[0-9]+/)?([0-9]+)/?")
TELEGRAM_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]+)/?")
YOUTUBE_VIDEO = re.compile(r"/(?:shorts|live|embed|v|e)/([A-Za-z0-9_-]{11})(?:/.*)?")
YOUTUBE_SHORT = re.compile(r"/([A-Za-z0-9_-]{11})/?")
FACEBOOK_POST = re.compile(r"/([^/]+)/posts/(?:[^/]+/)?([A-Za-z0-9]+)/?")
FACEBOOK_GROUP = re.compile(r"/groups/([^/]+)/(?:posts|permalink)/([0-9]+)/?")
FACEBOOK_VIDEO = re.compile(r"/(?:[^/]+/videos/(?:[^/]+/)?|reel/|watch/live/)([0-9]+)/?")
FACEBOOK_PHOTO = re.compile(r"/[^/]+/photos/(?:[^/]+/)?([0-9]+)/?")
INSTAGRAM_POST = re.compile(
    r"/(?:[A-Za-z0-9_.]+/)?(?:p|reel|reels|tv)/([A-Za-z0-9_-]+(?:/c/[0-9]+)?)(?:/embed(?:/captioned)?)?/?"
)
TIKTOK_POST = re.compile(r"/(?:@[^/]*/(?:video|photo)|v|embed(?:/v2)?|player/v1)/([0-9]+)(?:\.html)?/?")
VK_POST = re.compile(r"(wall|video|photo|clip|story)(-?[0-9]+_[0-9]+)")


def _x(path: str, query: Query) -> str | None:
    post = X_POST.fullmatch(path)
    return f"x.com/i/status/{post[1]}" if post else _account("x.com", path, query)


def _telegram(path: str, query: Query) -> str | None:
    post = TELEGRAM_POST.fullmatch(path)
    if post:
        return _with(f"t.me/{post[1].lower()}/{post[2]}", query, "comment")
    channel = TELEGRAM_CHANNEL.fullmatch(path)
    return f"t.me/{channel[1].lower()}" if channel and not query else None


def _youtube(path: str, query: Query) -> str | None:
    video = YOUTUBE_VIDEO.fullmatch(path)
    key = video[1] if video else query.get("v") if path.rstrip("/") == "/watch" else None
    return _with(f"youtube.com/watch?v={key}", query, "lc") if key else _account("youtube.com", path, query, r"/@[^/]+")


def _youtube_short(path: str, query: Query) -> str | None:
    video = YOUTUBE_SHORT.fullmatch(path)
    return _with(f"youtube.com/watch?v={video[1]}", query, "lc") if video else None


def _facebook(path: str, query: Query) -> str | None:
    post, group = FACEBOOK_POST.fullmatch(path), FACEBOOK_GROUP.fullmatch(path)
    video, photo = FACEBOOK_VIDEO.fullmatch(path), FACEBOOK_PHOTO.fullmatch(path)
    page = path.strip("/")
    key: str | None = None
    if group:
        key = f"groups/{group[1].lower()}/posts/{group[2]}"
    elif post:
        key = f"{post[1].lower()}/posts/{post[2]}"
    elif page in ("permalink.php", "story.php") and query.get("story_fbid") and query.get("id"):
        key = f"{query['id'].lower()}/posts/{query['story_fbid']}"
    elif video or (page in ("watch", "watch/live", "video.php") and query.get("v")):
        key = f"watch?v={video[1] if video else query['v']}"
    elif photo or (page in ("photo", "photo.php") and query.get("fbid")):
        key = f"photo?fbid={photo[1] if photo else query['fbid']}"
    if key is None:
        return None
    return _with(f"facebook.com/{key}", query, "comment_id", "reply_comment_id")


def _instagram(path: str, query: Query) -> str | None:
    post = INSTAGRAM_POST.fullmatch(path)
    return f"instagram.com/p/{post[1]}" if post else _account("instagram.com", path, query)


def _tiktok(path: str, query: Query) -> str | None:
    post = TIKTOK_POST.fullmatch(path)
    return f"tiktok.com/video/{post[1]}" if post else _account("tiktok.com", path, query, r"/@[^/]+")


def _vk(path: str, query: Query) -> str | None:
    """A post that is shown over another page stands in `w` or `z`."""
    for place in (query.get("w", ""), query.get("z", ""), path.removeprefix("/")):
        post = VK_POST.match(place)
        if post:
            return _with(f"vk.com/{post[0]}", query, "reply")
    return None


def _account(host: str, path: str, query: Query, pattern: str = r"/[A-Za-z0-9_.]+") -> str | None:
    """The page of an account, whose name is not case-sensitive."""
    path = path.rstrip("/")
    return f"{host}{path.lower()}" if not query and re.fullmatch(pattern, path) else None


def _with(address: str, query: Query, *names: str) -> str:
    """The address with those parameters that say which comment on it is meant."""
    kept = [f"{name}={query[name]}" for name in names if query.get(name)]
    return address + ("&" if "?" in address else "?") * bool(kept) + "&".join(kept)


RULES: dict[str, tuple[str, Rule]] = {
    host: (hosts[0], rule)
    for rule, hosts in {
        _x: ("x.com", "twitter.com"),
        _telegram: ("t.me", "telegram.me", "telegram.dog"),
        _youtube: ("youtube.com", "youtube-nocookie.com", "music.youtube.com"),
        _youtube_short: ("youtu.be",),
        _facebook: ("facebook.com", "fb.com", "web.facebook.com", "mbasic.facebook.com", "touch.facebook.com"),
        _instagram: ("instagram.com", "ddinstagram.com"),
        _tiktok: ("tiktok.com",),
        _vk: ("vk.com", "vk.ru", "vkontakte.ru", "vkvideo.ru"),
    }.items()
    for host in hosts
}


def rule_of(host: str) -> tuple[str, Rule] | None:
    """The rule of a network and its main host; None for another site. The host is in lower case, without www."""
    return RULES["x.com"] if NITTER.fullmatch(host) else RULES.get(host)
