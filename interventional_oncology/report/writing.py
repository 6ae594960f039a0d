"""``write_report``: pages and pictures of a review."""

from collections.abc import Callable
from pathlib import Path

from ..cases.findings import Review
from ..progress import Progress, silent
from .content import report_document
from .html import write_html
from .pdf import write_pdf
from .review_pictures import draw_review

#: What :func:`write_report` makes.
RESULTS = ("report.html", "report.pdf", "pictures")


def _tell_nobody(text: str) -> None:
    pass


def write_report(
    review: Review,
    folder: str | Path,
    *,
    warn: Callable[[str], None] = _tell_nobody,
    progress: Progress = silent,
) -> None:
    """Write ``report.html``, ``report.pdf`` and the folder ``pictures``.

    The HTML file holds its pictures and style and asks no other computer for anything.

    Parameters
    ----------
    review : Review
    folder : str or Path
        An existing folder.
    warn : callable
        Is told of a picture that could not be made.
    progress : callable

    Raises
    ------
    InputError
        If matplotlib, jinja2 or reportlab is missing, with the way to install it.
    """
    folder = Path(folder)
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    progress(0.0, "drawing pictures")
    drawn = draw_review(review, pictures, warn)
    progress(0.7, "writing the report")
    document = report_document(review, drawn)
    write_html(document, pictures, folder / "report.html")
    write_pdf(document, pictures, folder / "report.pdf")
    progress(1.0, "report written")
