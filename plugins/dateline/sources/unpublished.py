"""Unpublished: whether what a blog or a site's table holds was public, by its status, its kind and its password.

Law: in doubt it was not. What was not leaves its title and its place in a notice, no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dateline.records import Notice

# What an item is that is no post or page: the reason of its notice.
_TYPES = {
    "attachment": "attachment", "revision": "revision", "nav_menu_item": "menu item", "wp_navigation": "menu item",
    "wp_block": "reusable block", "wp_template": "template", "wp_template_part": "template", "custom_css": "style",
    "wp_global_styles": "style", "customize_changeset": "style", "": "type not stated",
}  # fmt: skip
# The statuses of what was not public.
STATUSES = {
    "draft": "draft", "auto-draft": "draft", "pending": "pending", "private": "private", "future": "scheduled",
    "trash": "trash", "inherit": "part of another", "": "status not stated",
}  # fmt: skip
LOCKED = "password-protected"


def standing(kinds: Collection[str], statuses: Collection[str], *, is_locked: bool) -> tuple[str, bool]:
    """Return why an item is no story, "" when it is one, and whether it was public.

    >>> standing({"post"}, {"publish"}, is_locked=False), standing({"page"}, {"draft"}, is_locked=False)
    (('', True), ('draft', False))
    """
    if is_locked:
        return LOCKED, False
    kind = min(set(kinds) - {"post", "page"}, default="post")
    status = min(set(statuses) - {"publish"}, default="publish")
    reason = "" if kind == "post" else _TYPES.get(kind, "custom type")
    if status != "publish":
        return reason if status == "inherit" and reason else STATUSES.get(status, "custom status"), False
    return reason, True


def set_aside(where: str, headline: str, reason: str, public_texts: Iterable[str] = ()) -> Notice:
    """Return the notice of what is no story: of what was not public without any text."""
    if text := "\n".join(filter(None, public_texts)):
        return Notice(where, f"“{headline}” is no post or page but a {reason}; it was set aside", text, reason)
    return Notice(where, f"“{headline}” was not public ({reason}); it was set aside", reason=reason)
