"""The docs site: `make docs`. Warnings are errors."""

import sys
from pathlib import Path

import fontpkg_sarabun

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

project = "Saduak"
author = "The Saduak authors"
copyright = "The Saduak authors, Apache-2.0"  # noqa: A001 - Sphinx wants this name
language = "en"
extensions = ["myst_parser", "docs._ext.pages"]
exclude_patterns = ["_build", "generated", "images/README.md"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Saduak สะดวก"
# Sarabun comes with its package, as in the program itself: Thai looks right where no Thai font is installed.
html_static_path = ["_static", str(Path(fontpkg_sarabun.__file__).parent / "files")]
html_css_files = ["saduak.css"]
html_copy_source = False
html_show_sphinx = False
# Furo's own switch; nothing is fetched from outside.
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"font-stack": "Sarabun, system-ui, sans-serif"},
}
