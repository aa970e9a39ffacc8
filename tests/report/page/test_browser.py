"""The page in Chromium, where one is installed: at the width of a desk and of a phone, light and dark, in
print."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from simcare.report.page.page import page
from tests.report.page.pages import evening, five_plans, one_plan

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = (1280, 390)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

FRAMES = "".join(f'<iframe src="page.html" width="{width}" height="2000"></iframe>' for width in WIDTHS)

LOOK = f"""<!doctype html><meta charset="utf-8"><body>{FRAMES}<pre id="found"></pre><script>
const look = frame => {{
  const page = frame.contentDocument, root = page.documentElement
  page.querySelectorAll("details").forEach(one => one.open = true)
  const inside = one => one.parentElement.closest(".scroll, .visually-hidden, svg")
  const out = [...page.body.querySelectorAll("*")].filter(one => !inside(one))
    .filter(one => !one.matches(".visually-hidden, .skip"))
    .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
  const spilt = [...page.querySelectorAll("svg")].filter(svg => {{
    const paper = svg.getBoundingClientRect()
    return [...svg.querySelectorAll("text")].some(text => {{
      const box = text.getBoundingClientRect()
      return box.left < paper.left - 1 || box.right > paper.right + 1
    }})
  }})
  return {{
    wide: root.scrollWidth - root.clientWidth,
    out: out.map(one => one.outerHTML.slice(0, 200)),
    spilt: spilt.map(svg => svg.getAttribute("aria-labelledby")),
    loaded: frame.contentWindow.performance.getEntriesByType("resource").map(one => one.name),
    paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
    figures: [...page.querySelectorAll("svg")].filter(one => one.getBoundingClientRect().height > 50).length,
  }}
}}
onload = () => found.textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(look))
</script>"""


def chromium(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    command += ["--allow-file-access-from-files", f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=True, env={**os.environ}
    )


def looked_at(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = chromium(folder, *arguments, "--dump-dom", (folder / "look.html").as_uri())
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None
    views: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return views


@pytest.mark.parametrize("made", [evening, five_plans, one_plan], ids=lambda made: made.__name__)
def test_nothing_overflows_is_fetched_or_complained_about(made: Any, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(made()), encoding="utf-8")
    (tmp_path / "look.html").write_text(LOOK, encoding="utf-8")
    light, dark = looked_at(tmp_path), looked_at(tmp_path, "--blink-settings=preferredColorScheme=0")
    assert len(light) == len(dark) == len(WIDTHS)
    for view in (*light, *dark):
        assert (view["wide"], view["out"], view["spilt"], view["loaded"]) == (0, [], [], [])
        assert view["figures"] >= 3
    assert {view["paper"] for view in light} == {"rgb(255, 255, 255)"}
    assert {view["paper"] for view in dark} == {"rgb(20, 24, 28)"}


def test_it_prints(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(evening()), encoding="utf-8")
    pdf = tmp_path / "page.pdf"
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", (tmp_path / "page.html").as_uri())
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF")
    boxes = {
        tuple(map(float, box))
        for box in re.findall(rb"/MediaBox \[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]", data)
    }
    assert boxes and all(abs(wide - 595) < 2 and abs(high - 842) < 2 for _, _, wide, high in boxes)  # A4
