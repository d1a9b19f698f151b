"""Template tags that every page of Accord may use."""

from django import template

register = template.Library()


@register.filter
def absent(value, words: str = "not known"):
    """The value, or words where there is none: absence is never a blank and never zero."""
    return words if value is None or value == "" else value
