"""The one place that finds and starts a browser: headless Chromium of the machine, which reaches nothing outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium on this machine, so nothing was opened in a browser; on Debian and Ubuntu: apt install chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
)  # fmt: skip
WIDE, NARROW = 1280, 320
TALL = 900


def executable() -> str | None:
    """Where the browser is, if there is one; COOPEVAL_CHROMIUM names another."""
    named = os.environ.get("COOPEVAL_CHROMIUM")
    return named or next((found for name in CALLED if (found := shutil.which(name))), None)


@contextmanager
def started() -> Iterator:
    """A browser for the tests of a file; skips them where there is none.

    Not for a whole session: while playwright runs, nothing else in this process may run an event loop of its own, as
    the execution of notebooks does.
    """
    found = executable()
    if found is None:
        pytest.skip(MISSING)
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser, width: int = WIDE, **settings: object) -> Iterator:
    """A page of a fresh profile, cut off from the network; only files can be opened.

    `page.asked` lists every address asked for, `page.happened` every dialog, error and navigation out of the files.
    """
    context = browser.new_context(viewport={"width": width, "height": TALL}, offline=True, **settings)
    page = context.new_page()
    page.asked, page.happened = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("dialog", lambda dialog: (page.happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: page.happened.append(f"error: {error}"))
    page.on("framenavigated", lambda frame: _stays(page, frame.url))
    try:
        yield page
    finally:
        context.close()


def _stays(page, url: str) -> None:
    if not url.startswith(("file:", "about:blank")):
        page.happened.append(f"went to {url}")


def visit(page, path: Path) -> None:
    """Open a file and wait until its pictures stand."""
    page.goto(Path(path).resolve().as_uri(), wait_until="load")
