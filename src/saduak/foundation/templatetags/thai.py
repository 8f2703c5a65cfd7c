"""Thai dates and numbers in templates."""

from django import template

register = template.Library()
