"""The pages: complete, self-contained, safe and the same each time."""

import re
from html.parser import HTMLParser

import pytest

from interventional_oncology.report.content import report_document
from interventional_oncology.report.document import NOTICE, Table
from interventional_oncology.report.pdf import column_widths
from interventional_oncology.report.review_pictures import ReviewPictures
from interventional_oncology.report.writing import write_report


class Page(HTMLParser):
    """Collects tags and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def review(make_review, not_done):
    return make_review(warnings=["registration is rated 'check': <look>"], steps=[not_done])


@pytest.fixture(scope="module")
def report(review, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    write_report(review, folder)
    return folder


@pytest.fixture(scope="module")
def page(report):
    return Page((report / "report.html").read_text(encoding="utf-8"))


def test_all_parts_are_there(page):
    text = " ".join(page.words)
    for part in (
        NOTICE,
        "Treatment response report",
        "microwave, 2025-03-02",
        "2025-04-03 (day 42)",
        "Minimal ablation margin",
        "Surface 0 to 5 mm",
        "Similarity",
        "Response by RECIST 1.1",
        "Lesions",
        "Digital patient: found and true",
        "Not done: treatment zones, after ablation: no organ mask at 'after ablation'.",
        "registration is rated 'check': <look>",
        "0123456789abcdef",
        "interventional-oncology 0",
        "Definitions",
    ):
        assert part in text.replace("\u00a0", " "), part


def test_number_and_unit_stay_on_one_line(report, page):
    """Headlines and cells of the page; and in the PDF the column has room for both."""
    assert "Surface 0 to 5\u00a0mm" in " ".join(page.words)
    shown = re.sub(
        r"<style>.*?</style>", "", (report / "report.html").read_text(encoding="utf-8"), flags=re.S
    )
    assert not re.findall(r"\d (?:mm|ml|%)", shown)
    assert any(":root { --ink" in word for word in page.words)  # the style sheet is as it was
    rows = (("35.8 mm", "a sentence of many words that goes on and on and on and on and on and on"),)
    assert column_widths(Table("t", ("n", "text"), rows), 120.0)[0] > 7 * 4.5


def test_warnings_are_counted_as_they_are_listed(make_review, not_done):
    """A warning that only repeats why a step was not done is listed once, as that step."""
    told = f"after ablation: treatment zones not done: {not_done.reason}"
    review = make_review(warnings=["the first", told], steps=[not_done])
    document = report_document(review, ReviewPictures({"after ablation": ()}, {}))
    listed = next(one.points for one in document.sections if one.title.startswith("Warnings"))
    box = next(line for line in document.headlines if line.title == "Warnings")
    assert box.answer == "1 warning"
    assert [text.startswith("Not done") for text in listed] == [False, True]


def test_page_asks_no_other_computer_for_anything(report, page):
    text = (report / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href|url|action|@import)\s*[=(]\s*[\"']?(https?:|//|file:)", text)
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    assert not page.all("script")
    assert not page.all("link")
    policy = [meta["content"] for meta in page.all("meta") if "http-equiv" in meta]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_patient_is_shown_escaped_and_nowhere_else(report, page):
    text = (report / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Müller &amp; Søn&lt;/b&gt;" in text
    assert not page.all("b")
    title = text[text.index("<title>") : text.index("</title>")]
    assert "Müller" not in title
    assert not any("ller" in path.name for path in report.rglob("*"))


def test_page_can_be_read_without_seeing(page):
    assert page.all("html")[0]["lang"] == "en"
    images = page.all("img")
    assert len(images) == len({image["src"] for image in images}) >= 10
    assert all(len(image["alt"]) > 20 for image in images)
    assert all("scope" in head for head in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    # The word of each summary box says what its color says.
    tones = sum(word.strip() in ("good", "check", "alert", "note") for word in page.words)
    assert tones == sum("class" in item for item in page.all("li")) == 4


def test_pictures_are_files_too(report):
    names = sorted(path.name for path in (report / "pictures").iterdir())
    assert "followup_1_margin_surface.png" in names
    assert "recist-1.1_sum.png" in names
    assert {"followup_1_margin_map.png", "followup_1_margin_histogram.png"} < set(names)
    assert len(names) == 15


def test_pdf_has_pages_and_no_name_in_its_title(report):
    data = (report / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) >= 3
    assert b"ller" not in b"".join(re.findall(rb"/Title \(.*?\)", data))
    assert re.search(rb"/Title \(.*?\)", data)


def test_same_review_gives_the_same_files(review, report, tmp_path):
    write_report(review, tmp_path)
    for file in ("report.html", "report.pdf"):
        assert (tmp_path / file).read_bytes() == (report / file).read_bytes()


def test_report_without_any_findings(make_review, tmp_path):
    from dataclasses import replace

    review = replace(make_review(lesions=False), followups=(), truth=None)
    write_report(review, tmp_path)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.all("img") == []
    assert "baseline" in " ".join(page.words)


def test_surface_that_cannot_be_rendered_is_left_out_with_a_warning(make_review, tmp_path, monkeypatch):
    from interventional_oncology.report.pictures import surface

    monkeypatch.setattr(surface, "_run", lambda arguments, environment: False)
    said = []
    write_report(make_review(), tmp_path, warn=said.append)
    assert len(said) == 1
    assert "apt-get install" in said[0]
    assert not (tmp_path / "pictures" / "followup_1_margin_surface.png").exists()
    assert (tmp_path / "report.pdf").exists()


def test_columns_have_room_for_their_longest_word():
    rows = (("1", "2025-02-20", "a sentence of many words that goes on and on and on and on and on"),)
    widths = column_widths(Table("t", ("n", "date", "text"), rows), 300.0)
    assert sum(widths) == pytest.approx(300.0)
    assert widths[1] > 10 * 4.5
    assert widths[2] > widths[1] > widths[0]
    narrow = column_widths(Table("t", (), (("x" * 30, "y" * 30),)), 100.0)
    assert narrow == pytest.approx([50.0, 50.0])
