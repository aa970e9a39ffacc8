"""How Sphinx builds the site. The command is in CONTRIBUTING.md; what is our own of it is in extension.py."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from simcare import __version__

project = "simcare"
author = "simcare maintainers"
project_copyright = "simcare maintainers, MIT licence"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.extension"]
exclude_patterns = ["_build"]
default_role = "code"  # as in Markdown

myst_heading_anchors = 4  # the same anchors as on GitHub
myst_fence_as_directive = ()
highlight_language = "text"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
napoleon_google_docstring = False
python_use_unqualified_type_names = True
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*")]  # types of other libraries, and of our own insides, have no page

html_theme = "furo"
html_title = f"simcare {version}"
html_static_path = ["_static"]
html_css_files = ["simcare.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
pygments_style = "tango"
pygments_dark_style = "native"
