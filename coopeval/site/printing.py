"""The annual report on paper: its page as a tagged PDF (PDF/UA-1), the same bytes for the same page."""

from __future__ import annotations

import re
from pathlib import Path

from coopeval.errors import ParameterError, refusal
from coopeval.figures.theme import font_file
from coopeval.wording import N_

PAGE = "90_annual_report"
VARIANT = "pdf/ua-1"
LEADS_OUT = re.compile(r'(<a\b[^>]*?) href="(?!#)[^"]*"')  # on paper there is no other page to go to
STYLE_LINK = re.compile(r'<link rel="(?:stylesheet|alternate)"[^>]*>')
FONT = """
@font-face { font-family: Report; src: url("font:plain"); }
@font-face { font-family: Report; font-weight: bold; src: url("font:bold"); }
html, code { font-family: Report !important; }
@page { @bottom-center { content: counter(page) " / " counter(pages); font: 7pt Report; } }
"""
HERE = "http://report/"  # stands for the folder of the page; nothing is asked of any network
NO_PANGO = N_(
    "The PDF cannot be made: the libraries that lay out its text are missing. On Debian and Ubuntu: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0. Without --pdf the pages can be printed from a browser."
)


def ready() -> None:
    """Whether a PDF can be made on this machine; asked before a run, not at its end.

    Raises
    ------
    ParameterError
        weasyprint, or the libraries it needs, are not there.
    """
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        raise refusal(ParameterError, NO_PANGO) from error


def pdf(page: Path, style: str) -> bytes:
    """A page of the site as a tagged PDF.

    Title and language are those of the page, figures keep their alternative text. The font is the one of the figures,
    nothing of the machine is used, and nothing but the pictures beside the page is read.

    Parameters
    ----------
    page
        HTML of a page of the site, its figures beside it.
    style
        The style sheet; its rules for paper apply.

    Raises
    ------
    ParameterError
        weasyprint, or the libraries it needs, are not there.
    """
    ready()
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    fetcher, fonts = _beside(page.parent), FontConfiguration()
    html = STYLE_LINK.sub("", LEADS_OUT.sub(r"\1", page.read_text(encoding="utf-8")))
    sheet = CSS(string=style + FONT, url_fetcher=fetcher, font_config=fonts, base_url=HERE, media_type="print")
    document = HTML(string=html, url_fetcher=fetcher, base_url=HERE)
    try:
        return document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant=VARIANT)
    except FatalURLFetchingError as error:  # no Exception, so that nothing else takes it for a missing picture
        raise ParameterError(str(error)) from error


def _beside(folder: Path):
    """Reads the figures of one folder and the two fonts; anything else stops the PDF."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Beside(URLFetcher):
        def fetch(self, url: str, headers=None) -> URLFetcherResponse:
            if url in ("font:plain", "font:bold"):
                return URLFetcherResponse(url, Path(font_file(url == "font:bold")).read_bytes())
            path = folder / url.removeprefix(HERE)
            if path.parent != folder / "figures" or not path.is_file():
                raise FatalURLFetchingError(f"{url} is not a figure of this report.")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "image/svg+xml"})

    return Beside()
