"""Template tags of the component library."""

from django import template

register = template.Library()
