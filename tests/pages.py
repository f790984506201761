"""Published pages as tests read them: which there are, and what stands on one."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

LANGUAGES = ("nl", "fr", "en")
EMPTY = {"meta", "link", "img", "br", "hr", "input", "col", "wbr"}


def files(site: Path, lang: str) -> list[Path]:
    """The pages of a language, in their order."""
    return sorted((site / lang).glob("*.html"))


class Node:
    """An element with what stands in it."""

    def __init__(self, tag: str = "", attrs: dict | None = None, above: Node | None = None):
        self.tag, self.attrs, self.above = tag, attrs or {}, above
        self.inside: list[Node | str] = []

    def all(self, *tags: str) -> list[Node]:
        """Every element of these tags below this one, in order."""
        found = []
        for node in self.inside:
            if isinstance(node, Node):
                found += [node] if not tags or node.tag in tags else []
                found += node.all(*tags)
        return found

    @property
    def text(self) -> str:
        """The words in it, single-spaced."""
        words = (node if isinstance(node, str) else node.text for node in self.inside)
        return re.sub(r"[^\S\u00a0\u202f]+", " ", " ".join(words)).strip()

    @property
    def lang(self) -> str:
        """The language it is in, by the nearest element that says so."""
        return self.attrs.get("lang") or (self.above.lang if self.above else "")


class Reader(HTMLParser):
    """A page as a tree."""

    def __init__(self, html: str):
        super().__init__()
        self.root = self.here = Node()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs), self.here)
        self.here.inside.append(node)
        if tag not in EMPTY:
            self.here = node

    def handle_endtag(self, tag):
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.above

    def handle_data(self, data):
        self.here.inside.append(data)


def read(path: Path) -> Node:
    """The page of a file; every element must be closed where it was opened."""
    reader = Reader(path.read_text("utf-8"))
    assert reader.here is reader.root, f"{path.name}: <{reader.here.tag}> is never closed"
    return reader.root
