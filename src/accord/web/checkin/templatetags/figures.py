"""Numbers in the digits of the page's language, for words that a client reads."""

from django import template
from django.utils.translation import get_language

register = template.Library()

# Digits of the languages whose readers write other figures than 0 to 9.
DIGITS = {"ar": "٠١٢٣٤٥٦٧٨٩", "fa": "۰۱۲۳۴۵۶۷۸۹", "ckb": "٠١٢٣٤٥٦٧٨٩", "ps": "۰۱۲۳۴۵۶۷۸۹"}


@register.filter
def plain(value: float | str | None) -> str:
    """A number as a form field holds it: no needless decimal, a point whatever the language; empty for None."""
    return "" if value is None else f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


@register.filter
def figures(value: float | str) -> str:
    """`value` without a needless decimal, in the digits of the active language."""
    text = plain(value)
    own = DIGITS.get((get_language() or "en").split("-")[0])
    return text.translate(str.maketrans("0123456789", own)) if own else text
