"""A report as PDF, A4, for the archive and for print."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ..errors import InputError
from .document import NOTICE, Document, Headline, Section, Table
from .pictures.picture import Picture
from .wording import unbroken

_TONES = {"good": "#00664b", "check": "#8a5200", "alert": "#a32a00", "note": "#57606a"}
_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_MARGIN_MM, _GAP_PT = 14.0, 6.0
_FRAME_PADDING_PT = 6.0  # of reportlab's SimpleDocTemplate
_LETTER_PT, _CELL_PADDING_PT = 4.8, 7.0
#: A table of no more rows is not broken over two pages.
_ROWS_TOGETHER = 25
#: Height of a picture at most, as part of that of the page.
_MOST_HEIGHT_SHARE = 0.75


def write_pdf(document: Document, pictures: Path, path: Path) -> None:
    """Write ``document`` to ``path``.

    Raises
    ------
    InputError
        If reportlab is missing, with the way to install it.
    """
    try:
        import reportlab  # noqa: F401
    except ImportError as error:  # pragma: no cover
        msg = 'PDF reports need reportlab; install it with: pip install "interventional-oncology[report]"'
        raise InputError(msg) from error
    _PdfReport(document, pictures).write(path)


class _PdfReport:
    """The story of one report in reportlab's flowing parts."""

    def __init__(self, document: Document, pictures: Path) -> None:
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.units import mm

        _register_fonts()
        self._document, self._pictures = document, pictures
        self._size, self._margin = A4, _MARGIN_MM * mm
        self._width = A4[0] - 2 * self._margin - 2 * _FRAME_PADDING_PT
        self._styles = _styles()

    def write(self, path: Path) -> None:
        from reportlab.platypus import SimpleDocTemplate

        template = SimpleDocTemplate(
            str(path), pagesize=self._size, leftMargin=self._margin, rightMargin=self._margin,
            topMargin=self._margin, bottomMargin=self._margin + 10, title=self._document.title,
            author="interventional-oncology", subject=NOTICE, invariant=1, lang="en",
        )  # fmt: skip
        template.build(list(self._story()), onFirstPage=self._page_foot, onLaterPages=self._page_foot)

    def _story(self) -> Iterator[Any]:
        from reportlab.platypus import Spacer

        document = self._document
        yield self._text(document.title, "title")
        yield self._text(NOTICE, "notice")
        yield self._facts()
        yield Spacer(0, 6)
        yield self._summary()
        yield Spacer(0, 6)
        yield from self._picture_rows(document.key_pictures)
        for section in document.sections:
            yield from self._section(section)

    def _text(self, text: str, style: str) -> Any:
        from reportlab.platypus import Paragraph

        return Paragraph(escape(unbroken(text)), self._styles[style])

    def _facts(self) -> Any:
        from reportlab.platypus import Paragraph

        parts = [
            f'<font color="#57606a">{escape(name)}</font> <font name="{_BOLD}">{escape(value)}</font>'
            for name, value in self._document.facts
        ]
        return Paragraph(" &nbsp;&nbsp; ".join(parts), self._styles["body"])

    def _summary(self) -> Any:
        from reportlab.lib import colors
        from reportlab.platypus import Table as Grid

        lines = self._document.headlines
        columns = 2 if len(lines) > 1 else 1
        boxes: list[Any] = [self._headline(line) for line in lines]
        boxes += [""] * (-len(boxes) % columns)
        rows = [boxes[start : start + columns] for start in range(0, len(boxes), columns)]
        style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 8)]
        for number, line in enumerate(lines):
            cell = (number % columns, number // columns)
            color = colors.HexColor(_TONES[line.tone.value])
            style += [
                ("BACKGROUND", cell, cell, colors.HexColor("#f6f8fa")),
                ("LINEBEFORE", cell, cell, 3, color),
            ]
        style.append(("LINEBELOW", (0, 0), (-1, -1), 3, colors.white))
        return Grid(rows, colWidths=[self._width / columns] * columns, style=style)

    def _headline(self, line: Headline) -> list[Any]:
        from reportlab.platypus import Paragraph

        color = _TONES[line.tone.value]
        tone = f'<font name="{_BOLD}" color="{color}">{line.tone.value.upper()}</font>'
        return [
            Paragraph(f"{escape(line.title)} &nbsp; {tone}", self._styles["note"]),
            self._text(line.answer, "answer"),
            self._text(line.detail, "small"),
        ]

    def _section(self, section: Section) -> Iterator[Any]:
        from reportlab.platypus import CondPageBreak

        yield CondPageBreak(140)
        yield self._text(section.title, "heading")
        for paragraph in section.paragraphs:
            yield self._text(paragraph, "body")
        for point in section.points:
            yield self._text(f"•  {point}", "point")
        for table in section.tables:
            yield from self._table(table)
        yield from self._picture_rows(section.pictures)

    def _table(self, table: Table) -> Iterator[Any]:
        from reportlab.lib import colors
        from reportlab.platypus import KeepTogether
        from reportlab.platypus import Table as Grid

        rows = [[self._text(cell, "cell") for cell in row] for row in table.rows]
        head = [[self._text(column, "head") for column in table.columns]] if table.columns else []
        style = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#d0d7de")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]  # fmt: skip
        if head:
            style.append(("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f6f8fa")))
        widths = column_widths(table, self._width)
        grid = Grid(head + rows, colWidths=widths, style=style, repeatRows=len(head), hAlign="LEFT")
        parts = [self._text(table.caption, "caption"), grid]
        if table.note:
            parts.append(self._text(table.note, "note"))
        if len(rows) <= _ROWS_TOGETHER:
            parts = [KeepTogether(parts)]
        yield from parts

    def _picture_rows(self, pictures: tuple[Picture, ...]) -> Iterator[Any]:
        row: list[Picture] = []
        for picture in pictures:
            if row and (picture.per_row != row[0].per_row or len(row) == picture.per_row):
                yield self._picture_row(row)
                row = []
            row.append(picture)
        if row:
            yield self._picture_row(row)

    def _picture_row(self, row: list[Picture]) -> Any:
        from reportlab.platypus import Table as Grid

        columns = row[0].per_row
        width = (self._width - _GAP_PT * (columns - 1)) / columns
        cells: list[Any] = [
            [self._image(picture, width), self._text(picture.caption, "note")] for picture in row
        ]
        cells += [""] * (columns - len(cells))
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), _GAP_PT), ("TOPPADDING", (0, 0), (-1, -1), 3),
        ]  # fmt: skip
        return Grid([cells], colWidths=[width + _GAP_PT] * columns, style=style, hAlign="LEFT")

    def _image(self, picture: Picture, width: float) -> Any:
        from reportlab.lib.utils import ImageReader
        from reportlab.platypus import Image

        file = str(self._pictures / picture.file)
        across, down = ImageReader(file).getSize()
        # A picture of many rows is made narrower: its caption has to fit on the same page.
        width = min(width, _MOST_HEIGHT_SHARE * self._size[1] * across / down)
        return Image(file, width=width, height=width * down / across, hAlign="LEFT")

    def _page_foot(self, canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7)
        canvas.drawString(self._margin, self._margin * 0.6, f"{NOTICE}  {self._document.footer}")
        canvas.drawRightString(self._size[0] - self._margin, self._margin * 0.6, f"page {template.page}")
        canvas.restoreState()


def column_widths(table: Table, width: float) -> list[float]:
    """Share ``width`` among the columns: each has room for its longest word, the rest goes by text."""
    rows = [*table.rows, table.columns] if table.columns else list(table.rows)
    count = max(len(row) for row in rows)
    columns = [[row[n] for row in rows if n < len(row)] for n in range(count)]
    words = [
        max((len(word) for cell in column for word in unbroken(cell).split(" ")), default=1)
        for column in columns
    ]
    least = [_LETTER_PT * min(word, 22) + _CELL_PADDING_PT for word in words]
    if sum(least) >= width:
        return [part * width / sum(least) for part in least]
    # A cell of a whole sentence wraps; it must not take the room of all others.
    longest = [min(60, max(len(cell) for cell in column)) for column in columns]
    spare = width - sum(least)
    return [part + spare * length / max(sum(longest), 1) for part, length in zip(least, longest, strict=True)]


def _register_fonts() -> None:
    # The fonts that come with matplotlib: they hold ≥, ², Greek and Cyrillic, which PDF's own fonts do not.
    from matplotlib import get_data_path
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_FONT, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(
                TTFont(name, str(Path(get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"))
            )


def _styles() -> dict[str, Any]:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, *, bold: bool = False, color: str = "#1b1f24", **options: Any) -> Any:
        font = _BOLD if bold else _FONT
        return ParagraphStyle(
            name,
            fontName=font,
            fontSize=size,
            leading=1.28 * size,
            textColor=colors.HexColor(color),
            **options,
        )

    return {
        "title": style("title", 15, bold=True, spaceAfter=2),
        "notice": style("notice", 8, bold=True, color="#8a2c00", spaceAfter=5),
        "heading": style("heading", 11, bold=True, spaceBefore=10, spaceAfter=4, keepWithNext=1),
        "body": style("body", 8, spaceAfter=3),
        "point": style("point", 8, leftIndent=10, firstLineIndent=-8, spaceAfter=2),
        "answer": style("answer", 11.5, bold=True),
        "small": style("small", 7.5),
        "caption": style("caption", 8, bold=True, spaceBefore=5, spaceAfter=2, keepWithNext=1),
        "head": style("head", 7.2, bold=True),
        "cell": style("cell", 7.2, splitLongWords=1),
        "note": style("note", 6.8, color="#57606a", spaceAfter=2),
    }
