"""A report as one HTML file that asks nobody for anything: style and pictures are inside."""

import base64
from pathlib import Path

from ..errors import InputError
from ..resources import resource_path
from .document import NOTICE, Document
from .pictures.picture import Picture
from .wording import unbroken


def _unbroken(value: object) -> object:
    # Only plain text: what is marked as safe, such as the style sheet, stays as it is.
    return unbroken(value) if type(value) is str else value


def write_html(document: Document, pictures: Path, path: Path) -> None:
    """Write ``document`` to ``path``.

    Parameters
    ----------
    document : Document
    pictures : Path
        Folder of the pictures; they are copied into the file.
    path : Path

    Raises
    ------
    InputError
        If jinja2 is missing, with the way to install it.
    """
    try:
        import jinja2
    except ImportError as error:  # pragma: no cover
        msg = 'reports need jinja2; install it with: pip install "interventional-oncology[report]"'
        raise InputError(msg) from error
    folder = resource_path("Report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_unbroken,
    )  # fmt: skip

    def embedded(picture: Picture) -> str:
        code = base64.b64encode((pictures / picture.file).read_bytes()).decode("ascii")
        return f"data:image/png;base64,{code}"

    # Our own style sheet is the one text that is not escaped.
    style = jinja2.utils.markupsafe.Markup((folder / "report.css").read_text(encoding="utf-8"))
    page = environment.get_template("report.html").render(
        document=document, embedded=embedded, style=style, notice=NOTICE
    )
    path.write_text(page, encoding="utf-8")
