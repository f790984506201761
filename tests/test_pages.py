"""Pages in a browser: axe finds nothing, the keyboard reaches everything, nothing falls off a small screen."""

import browser
import pages
import published
import pytest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHAPTER = "20_survival"
FURTHER = ("index", "about", "accessibility", "coverage", "glossary")
BOUNDED = {  # width and language: pages; the rest in the full extent
    (320, "nl"): ("index", "accessibility", "coverage", "glossary", "80_semester_monitor"),
    (320, "fr"): ("accessibility", "70_equality_environment_participation"),
    (1280, "fr"): ("index", "80_semester_monitor"),
    (1280, "en"): ("about", "coverage"),
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FRAMES = """() => [...document.querySelectorAll('.scroll')]
    .filter(e => e.scrollWidth > e.clientWidth && (e.tabIndex !== 0 || !e.getAttribute('aria-label'))).length"""
FOCUSED = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect(), looks = getComputedStyle(e);
    const shown = looks.outlineStyle !== 'none' && parseFloat(looks.outlineWidth) >= 2;
    return [[...document.querySelectorAll('*')].indexOf(e), e.tagName, shown, box.width > 0 && box.height > 0,
            e === document.body];
}"""
REACHABLE = """() => {
    const around = e => e.matches('summary') ? e.parentElement.parentElement : e;
    return [...document.querySelectorAll('*')].map((e, i) => [e, i]).filter(([e]) => e.tabIndex >= 0 &&
        (e.matches('a[href], summary') || e.hasAttribute('tabindex')) && !around(e).closest('details:not([open])')
    ).map(([e, i]) => i);
}"""
SMALL = """() => [...document.querySelectorAll('a.download, .languages a, .chapters a, summary, .source a')]
    .map(e => [e.textContent, e.getBoundingClientRect()]).filter(([t, b]) => b.width && (b.height < 24 || b.width < 24))
    .map(([t, b]) => t.trim() + ' ' + b.width + 'x' + b.height)"""


@pytest.fixture(scope="module")
def site():
    return published.report() / "site"


@pytest.fixture(scope="module")
def chromium():
    with browser.started() as found:
        yield found


def places(site, extent):
    """Width, language and file of what is looked at."""
    if extent.is_full:
        return [(w, lang, path) for w in (320, 1280) for lang in pages.LANGUAGES for path in pages.files(site, lang)]
    extent.left_out("axe on every page in every language at both widths: a choice of pages per language and width")
    return [(w, lang, site / lang / f"{name}.html") for (w, lang), names in BOUNDED.items() for name in names]


def violations(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in axe.run(page, options=options).response["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.promise("P10")
def test_axe_finds_nothing(site, chromium, extent):
    looked = places(site, extent)
    extent.checks(len(looked))
    for width in (320, 1280):
        with browser.window(chromium, width) as page:
            for _, lang, path in (place for place in looked if place[0] == width):
                browser.visit(page, path)
                assert violations(page) == [], f"{lang}/{path.name} at {width} px"
            assert not page.happened and all(url.startswith("file:") for url in page.asked)


@pytest.mark.promise("P10")
def test_axe_would_find_something(chromium):
    with browser.window(chromium) as page:
        page.set_content("<html><body><img src='x.png'><p style='color:#bbb'>pale</p></body></html>")
        found = " ".join(violations(page))
    assert all(rule in found for rule in ("image-alt", "color-contrast", "html-has-lang", "document-title"))


@pytest.mark.promise("P10")
def test_nothing_falls_off_a_small_screen(site, chromium, extent):
    looked = extent.of(
        [site / lang / f"{name}.html" for lang in ("nl", "fr") for name in (*FURTHER, CHAPTER)],
        [path for lang in pages.LANGUAGES for path in pages.files(site, lang)],
    )
    extent.left_out("the width of every page at 320 px: one chapter and the further pages in Dutch and French")
    extent.checks(len(looked))
    with browser.window(chromium, 320) as page:
        for path in looked:
            browser.visit(page, path)
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            assert page.evaluate(OVERFLOW) <= 0, f"{path.parent.name}/{path.name} must be scrolled sideways"
            assert page.evaluate(FRAMES) == 0, f"{path.name}: a frame that scrolls cannot be reached or has no name"
            assert page.evaluate(SMALL) == [], f"{path.name}: too small to hit"


@pytest.mark.promise("P10")
@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_reaches_everything_and_is_never_caught(site, chromium, width):
    with browser.window(chromium, width) as page:
        browser.visit(page, site / "fr" / "80_semester_monitor.html")
        expected, seen = page.evaluate(REACHABLE), []
        for _ in range(len(expected) + 5):
            page.keyboard.press("Tab")
            place, tag, shown, has_size, is_end = page.evaluate(FOCUSED)
            if is_end:
                break
            assert shown and has_size, f"{tag} has the focus and does not show it"
            seen.append(place)
    assert seen == expected and len(seen) > 20


@pytest.mark.promise("P10")
def test_the_skip_link_leads_to_the_content_and_details_open_with_a_key(site, chromium):
    with browser.window(chromium) as page:
        browser.visit(page, site / "nl" / "80_semester_monitor.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.focus("main summary")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('main details').open")
        page.keyboard.press("Space")
        assert not page.evaluate("document.querySelector('main details').open")


@pytest.mark.promise("P10")
def test_pages_need_no_scripts_and_no_network(site, chromium):
    with browser.window(chromium, java_script_enabled=False) as page:
        browser.visit(page, site / "nl" / f"{CHAPTER}.html")
        assert page.locator("h1").is_visible() and page.locator("figure img").first.is_visible()
        assert not page.happened and all(url.startswith("file:") for url in page.asked)


@pytest.mark.promise("P10")
def test_on_paper_everything_stands_open_and_nothing_is_navigation(site, chromium):
    with browser.window(chromium) as page:
        page.emulate_media(media="print")
        browser.visit(page, site / "nl" / f"{CHAPTER}.html")
        assert not page.locator("nav.chapters").is_visible() and not page.locator("a.download").first.is_visible()
        assert page.locator("details.long table").first.is_visible()
        assert page.locator("footer").is_visible()
        looks = page.evaluate("getComputedStyle(document.querySelector('thead')).display")
        assert looks == "table-header-group"
