"""The report as a reader's browser shows it: real Chromium, no display."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from interventional_oncology.report.writing import write_report

WIDTH, HEIGHT = 1100, 1600
# The report itself has no script; this one is added to a copy to ask the browser what it made of the page.
PROBE = """<script>
const pictures = [...document.images];
const seen = {
  pictures: pictures.length,
  broken: pictures.filter(p => p.naturalWidth === 0).length,
  wider_than_page: [...document.querySelectorAll("body *")].filter(
    e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.tagName),
  headings: [...document.querySelectorAll("h1, h2")].map(h => h.textContent.trim()),
};
document.body.setAttribute("data-seen", JSON.stringify(seen));
</script></body>"""


@pytest.fixture(scope="module")
def browser():
    """Return how to run Chromium on a page."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine; as root, make setup installs it")

    def run(page, folder, *options):
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={WIDTH},{HEIGHT}",
            *options,
            page.as_uri(),
        ]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, cwd=folder)

    return run


@pytest.fixture(scope="module")
def folder(make_review, not_done, tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    write_report(make_review(warnings=["a warning"], steps=[not_done]), folder)
    return folder


def test_every_picture_is_shown_and_nothing_is_cut_at_the_side(browser, folder):
    page = folder / "probed.html"
    text = (folder / "report.html").read_text(encoding="utf-8")
    # The page forbids all scripts; the copy allows the one of this test and still nothing from outside.
    text = text.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    page.write_text(text.replace("</body>", PROBE), encoding="utf-8")
    dom = browser(page, folder, "--dump-dom").stdout
    found = re.search(r'data-seen="([^"]*)"', dom)
    assert found is not None, "the page was not loaded to its end"
    seen = json.loads(found.group(1).replace("&quot;", '"').replace("&amp;", "&"))
    assert seen["pictures"] >= 5
    assert seen["broken"] == 0
    assert seen["wider_than_page"] == []
    assert "Treatment response report" in seen["headings"]


def test_first_screen_is_filled_with_text_and_pictures(browser, folder):
    from PIL import Image

    browser(folder / "report.html", folder, f"--screenshot={folder / 'screen.png'}")
    with Image.open(folder / "screen.png") as picture:
        gray = np.asarray(picture.convert("L"), dtype=float)
    assert gray.shape == (HEIGHT, WIDTH)
    bands = gray.reshape(8, HEIGHT // 8, WIDTH)
    assert all(band.std() > 5 for band in bands), "a part of the first screen is blank"
    assert np.mean(gray > 240) > 0.2  # a light page, good to print
