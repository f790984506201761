"""The pages of a published site as a checker sees them: where links lead, what is asked for, which digests are told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
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
# Each with a pattern that is quickly found nowhere, which is where it is usually found.
PICTURE = (
    (re.compile(r"<(?=[sfi])(?:script|foreignObject|iframe)\b"), re.compile(r"<(?:script|foreignObject|iframe)\b")),
    (re.compile(r"href\s*=\s*[\"'](?!#)"), re.compile(r"href\s*=\s*[\"'](?!#)[^\"']*")),
    (re.compile(r"on(?<=[\s\"']on)[a-z]+\s*="), re.compile(r"[\s\"']on[a-z]+\s*=")),
)
DIGEST = re.compile(r"(?<![0-9a-z])[0-9a-f]{12,64}(?![0-9a-z])")
IS_LETTER_AND_FIGURE = re.compile(r"(?=.*[a-f])(?=.*[0-9])")
POLICY = "content-security-policy"


TOKEN = re.compile(
    r"<(?:[a-z][a-z0-9-]*(?:\s+[a-z][a-z0-9:-]*(?:=\"[^\"]*\")?)*\s*/?|/[a-z][a-z0-9-]*|!doctype html)>|[^<]+"
)
NOT_PLAIN = re.compile(r"</?(?:script|style|textarea|xmp|plaintext|noscript)\b")


@dataclass
class Page:
    """One page: its links, its anchors, the digests it tells, and what it has no business to hold."""

    name: str  # from the published folder
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    harm: list[str] = field(default_factory=list)
    policy: str = ""


class Reader(HTMLParser):
    """Reads a page tag by tag."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps what a tag leads to or asks for."""
        said = {name: value or "" for name, value in attrs}
        self.page.anchors |= {said[name] for name in ("id", "name") if said.get(name)}
        if tag in RUNS or tag == "meta" and said.get("http-equiv", "").lower() == "refresh":
            self.page.harm.append(f"<{tag}>")
        if tag == "meta" and said.get("http-equiv", "").lower() == POLICY:
            self.page.policy = said.get("content", "")
        for name, value in said.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or (name == "style" and FETCHED.search(value)):
            self.page.harm.append(f"{name}=")
        elif name == "href" and tag in FOLLOWED:
            if value.strip().lower().startswith(("javascript:", "data:", "vbscript:", "file:")):
                self.page.harm.append(value[:40])
            elif not ELSEWHERE.match(value):
                self.page.links.append(value)
        elif name in LOADS or name in ("href", "xlink:href"):
            if INLINE.match(value):
                return
            if ELSEWHERE.match(value):
                self.page.harm.append(value[:80])
            else:
                self.page.links += [part.split()[0] for part in value.split(",")] if name == "srcset" else [value]

    def handle_data(self, data: str) -> None:
        """Keeps the digests that a text tells."""
        if self.lasttag == "style" and FETCHED.search(data):
            self.page.harm.append("<style>")
        self.page.told |= digests(data)


def digests(text: str) -> set[str]:
    """The words of a text that are the first figures of a digest."""
    return {word for word in DIGEST.findall(text) if IS_LETTER_AND_FIGURE.match(word)}


def seen(name: str, text: str) -> Page:
    """A page as it is written.

    Our own pages are plain: every tag closed and quoted, no script, style or comment. Of those, tags that stand there
    again and again are read once, and texts all together; any other page is read the whole way.
    """
    page = Page(name)
    reader, tokens = Reader(page), TOKEN.findall(text)
    if sum(map(len, tokens)) != len(text) or NOT_PLAIN.search(text):
        reader.feed(text)
        reader.close()
        return page
    read = set()
    for tag in (token for token in tokens if token[0] == "<" and token[1] not in "/!"):
        if tag not in read:
            reader.feed(tag)
        if not tag.startswith("<meta"):  # of several policies the last one counts
            read.add(tag)
    reader.close()
    page.told |= digests(unescape("\n".join(token for token in tokens if token[0] != "<")))
    return page


def asked(name: str, text: str) -> tuple[str, ...]:
    """What a style sheet or a picture would fetch or run."""
    if name.endswith(".css"):
        return tuple(match[0] for match in FETCHED.finditer(text))
    if name.endswith(".svg"):
        found = (pattern.search(text) for sign, pattern in PICTURE if sign.search(text))
        return tuple(match[0].strip()[:80] for match in found if match)
    return ()


def dead_links(folder: Path, pages: Mapping[str, Page]) -> Iterator[Finding]:
    """Links within the site to a file or a place in a page that is not there."""
    home = folder.resolve()

    @cache
    def name_of(path: str) -> str | None:
        target = Path(path).resolve()
        return target.relative_to(home).as_posix() if target.is_relative_to(home) and target.is_file() else None

    for page in pages.values():
        here, leads_to = str((folder / page.name).parent), {"": page.name}
        for link in sorted(set(page.links)):
            parts = urlsplit(link)
            if parts.path not in leads_to:
                leads_to[parts.path] = name_of(os.path.join(here, unquote(parts.path)))
            target, place = leads_to[parts.path], unquote(parts.fragment)
            is_lost = target is None or place and target.endswith(".html") and place not in pages[target].anchors
            if is_lost:
                yield Finding("V-LINK-01", page.name, found=link)


def requests(pages: Mapping[str, Page], asked_for: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Whatever a page, a style sheet or a picture would fetch or run; of the latter, by name, what `asked` says."""
    for page in pages.values():
        for harm in dict.fromkeys(page.harm):
            yield Finding("V-OUT-01", page.name, found=harm)
        if "default-src 'none'" not in page.policy:
            yield Finding("V-OUT-02", page.name)
    for ending in (".css", ".svg"):
        for name, harms in asked_for.items():
            for harm in harms if name.endswith(ending) else ():
                yield Finding("V-OUT-01", name, found=harm)


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
