"""Views of the applications room, by page."""
