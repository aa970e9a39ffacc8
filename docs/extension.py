"""What the site has beside Sphinx: pictures drawn while it is built, the gallery, links that lead out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs import course_plots, drawing, gallery, plots

PLOTS = {**plots.PLOTS, **course_plots.PLOTS}

ROOT = Path(__file__).resolve().parent.parent
LINK_OUT = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#]+)(#[^)]*)?\)")


class Picture(SphinxDirective):
    """A picture of `plots.py` or `course_plots.py` by its name; the text below says what it shows."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The picture and its caption."""
        name = self.arguments[0]
        self.env.note_dependency(plots.__file__)
        self.env.note_dependency(course_plots.__file__)
        self.env.note_dependency(drawing.__file__)
        svg = drawing.svg(PLOTS[name](), name, " ".join(self.content))
        caption = nodes.container(classes=["caption"])
        self.state.nested_parse(self.content, self.content_offset, caption)
        return [framed(svg), caption]


class Gallery(SphinxDirective):
    """Every scenario of one kind: what it teaches, its picture, its file and what it prints."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A section for each scenario."""
        return [self.section(scene) for scene in gallery.scenes(self.arguments[0])]

    def section(self, scene: gallery.Scene) -> nodes.section:
        """One scenario."""
        for path in (scene.path, scene.printed, gallery.__file__, drawing.__file__):
            self.env.note_dependency(str(path))
        section = nodes.section(ids=[scene.name], names=[scene.name])
        section += nodes.title(text=scene.title)
        section += nodes.paragraph(text=scene.lesson)
        section += raw(
            f'<div class="picture">{drawing.svg(scene.picture(), scene.name, scene.finding)}</div>'
        )
        section += folded(f"The file, scenarios/{scene.name}.yaml", scene.yaml, "yaml")
        section += folded(f"What it prints: {scene.command}", scene.output, "text")
        self.state.document.note_explicit_target(section)
        return section


def framed(svg: str) -> nodes.raw:
    """A picture where the style sheet finds it."""
    return raw(f'<div class="picture">{svg}</div>')


def folded(summary: str, text: str, language: str) -> list[nodes.Node]:
    """A text that opens when its summary is chosen."""
    block = nodes.literal_block(text, text, language=language)
    return [raw(f"<details><summary>{escape(summary)}</summary>"), block, raw("</details>")]


def raw(html: str) -> nodes.raw:
    """HTML as it is."""
    return nodes.raw("", html, format="html")


def lead_to_the_site(app: Sphinx | None, docname: str, source: list[str]) -> None:
    """Links out of this folder, which are right in the repository, lead to what the site has instead.

    A scenario is in the gallery; a file can be downloaded; a folder is only named.
    """

    def place(link: re.Match[str]) -> str:
        text, target = link[1], posixpath.normpath(posixpath.join(posixpath.dirname(docname), link[2]))
        if target.startswith("../scenarios/") and target.endswith(".yaml"):
            up = posixpath.relpath("gallery.md", posixpath.dirname(docname) or ".")
            return f"[{text}]({up}#{Path(target).stem})"
        return text if (ROOT / "docs" / target).is_dir() else link[0]

    source[0] = LINK_OUT.sub(place, source[0])


def prose_first(
    app: Sphinx | None, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """What a docstring says below its list of parameters goes above it, where it cannot be taken for one."""
    blocks = re.split(r"\n{2,}", "\n".join(lines).strip())
    listed = [block for block in blocks if re.match(r"[A-Z]\w+\n-{3,}", block)]
    if listed:
        first = blocks.index(listed[0])
        rest = [block for block in blocks[first:] if block not in listed and not block.startswith(" ")]
        listed = [block for block in blocks[first:] if block not in rest]
        lines[:] = [*"\n\n".join(blocks[:first] + rest + listed).split("\n"), ""]


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Tell Sphinx of all this."""
    app.add_directive("picture", Picture)
    app.add_directive("gallery", Gallery)
    app.connect("source-read", lead_to_the_site)
    app.connect("autodoc-process-docstring", prose_first, priority=400)  # before napoleon reads it
    return {"parallel_read_safe": True}
