"""The pages of a published site as a checker sees them: where links lead, what is asked for, which digests are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from coopeval.runs.findings import Finding

RUNS = {"script", "iframe", "object", "embed", "applet", "frame", "form", "base", "portal", "foreignobject"}
LOADS = {"src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest"}
FOLLOWED = {"a", "area"}  # a link that a reader chooses to follow may lead elsewhere
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)
INLINE = re.compile(r"^data:image/(?:png|svg\+xml|gif|webp)[;,]", re.I)
FETCHED = re.compile(r"@import|url\(\s*['\"]?\s*(?:[a-z][a-z0-9+.-]*:|//)(?!image/)", re.I)
PICTURE = (
    re.compile(r"<(?:script|foreignObject|iframe)\b"),
    re.compile(r"href\s*=\s*[\"'](?!#)[^\"']*"),
    re.compile(r"[\s\"']on[a-z]+\s*="),
)
DIGEST = re.compile(r"(?<![0-9a-z])[0-9a-f]{12,64}(?![0-9a-z])")
IS_LETTER_AND_FIGURE = re.compile(r"(?=.*[a-f])(?=.*[0-9])")
POLICY = "content-security-policy"


@dataclass
class Page(HTMLParser):
    """One page: its links, its anchors, the digests it tells, and what it has no business to hold."""

    name: str  # from the published folder
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    harm: list[str] = field(default_factory=list)
    policy: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps what a tag leads to or asks for."""
        said = {name: value or "" for name, value in attrs}
        self.anchors |= {said[name] for name in ("id", "name") if said.get(name)}
        if tag in RUNS or tag == "meta" and said.get("http-equiv", "").lower() == "refresh":
            self.harm.append(f"<{tag}>")
        if tag == "meta" and said.get("http-equiv", "").lower() == POLICY:
            self.policy = said.get("content", "")
        for name, value in said.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or (name == "style" and FETCHED.search(value)):
            self.harm.append(f"{name}=")
        elif name == "href" and tag in FOLLOWED:
            if value.strip().lower().startswith(("javascript:", "data:", "vbscript:", "file:")):
                self.harm.append(value[:40])
            elif not ELSEWHERE.match(value):
                self.links.append(value)
        elif name in LOADS or name in ("href", "xlink:href"):
            if INLINE.match(value):
                return
            if ELSEWHERE.match(value):
                self.harm.append(value[:80])
            else:
                self.links += [part.split()[0] for part in value.split(",")] if name == "srcset" else [value]

    def handle_data(self, data: str) -> None:
        """Keeps the digests that a text tells."""
        if FETCHED.search(data) and self.lasttag == "style":
            self.harm.append("<style>")
        self.told |= {word for word in DIGEST.findall(data) if IS_LETTER_AND_FIGURE.match(word)}


def seen(site: Path, folder: Path) -> dict[str, Page]:
    """Every page of a site, by its name from the published folder."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        page = Page(path.relative_to(folder).as_posix())
        page.feed(path.read_text(encoding="utf-8", errors="replace"))
        page.close()
        pages[page.name] = page
    return pages


def dead_links(folder: Path, pages: Mapping[str, Page]) -> Iterator[Finding]:
    """Links within the site to a file or a place in a page that is not there."""
    for page in pages.values():
        here = (folder / page.name).parent
        for link in sorted(set(page.links)):
            parts = urlsplit(link)
            target = (here / unquote(parts.path)).resolve() if parts.path else (folder / page.name).resolve()
            inside = target.is_relative_to(folder.resolve())
            if not inside or not target.is_file():
                yield Finding("V-LINK-01", page.name, found=link)
            elif parts.fragment and target.suffix == ".html":
                other = pages[target.relative_to(folder.resolve()).as_posix()]
                if unquote(parts.fragment) not in other.anchors:
                    yield Finding("V-LINK-01", page.name, found=link)


def requests(site: Path, pages: Mapping[str, Page], folder: Path) -> Iterator[Finding]:
    """Whatever a page, a style sheet or a picture would fetch or run."""
    for page in pages.values():
        for harm in dict.fromkeys(page.harm):
            yield Finding("V-OUT-01", page.name, found=harm)
        if "default-src 'none'" not in page.policy:
            yield Finding("V-OUT-02", page.name)
    for path in sorted(site.rglob("*.css")):
        for match in FETCHED.finditer(path.read_text(encoding="utf-8", errors="replace")):
            yield Finding("V-OUT-01", path.relative_to(folder).as_posix(), found=match[0])
    for path in sorted(site.rglob("*.svg")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for harm in filter(None, (pattern.search(text) for pattern in PICTURE)):
            yield Finding("V-OUT-01", path.relative_to(folder).as_posix(), found=harm[0].strip()[:80])


def unknown_digests(pages: Mapping[str, Page], known: Iterable[str]) -> Iterator[Finding]:
    """Digests on pages that are those of nothing; a page may tell the first twelve figures or more of one."""
    starts: dict[str, list[str]] = {}
    for digest in known:
        starts.setdefault(digest[:12], []).append(digest)
    for page in pages.values():
        for told in sorted(page.told):
            if not any(digest.startswith(told) for digest in starts.get(told[:12], ())):
                yield Finding("V-PAGE-01", page.name, found=told)


def missing_translations(pages: Mapping[str, Page], languages: Iterable[str]) -> Iterator[Finding]:
    """Pages that one language has and another has not."""
    by_language = {
        lang: {n.removeprefix(f"site/{lang}/") for n in pages if n.startswith(f"site/{lang}/")} for lang in languages
    }
    every = set().union(*by_language.values()) if by_language else set()
    for lang, names in by_language.items():
        for name in sorted(every - names):
            yield Finding("V-PAGE-03", f"site/{lang}/{name}")
