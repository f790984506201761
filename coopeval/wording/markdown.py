"""Prose of notebooks as messages: a Markdown cell is cut into blocks, each a message of its own."""

from __future__ import annotations

import re

from coopeval.wording.messages import translate

_MARK = re.compile(r"^(\s*(?:#{1,6} |[-*] |\d+\. |> )?)(.*)$", re.S)


def pieces(markdown: str) -> list[tuple[str, str, str]]:
    """Mark, words and what follows, for each block: heading, paragraph, list item or line of a table.

    Lines of one paragraph are joined, so that wrapping anew is not a new message.
    """
    found: list[tuple[str, str, str]] = []
    for chunk in re.split(r"(\n\s*\n)", markdown.strip()):
        if not chunk.strip():
            continue
        lines: list[str] = []
        for line in chunk.splitlines():
            starts = re.match(r"\s*(#{1,6} |[-*] |\d+\. |> |\|)", line)
            if lines and not starts and not lines[-1].lstrip().startswith(("#", "|")):
                lines[-1] += " " + line.strip()
            else:
                lines.append(line)
        for index, line in enumerate(lines):
            mark, words = _MARK.match(line).groups()
            found.append((mark, words.strip(), "\n" if index < len(lines) - 1 else "\n\n"))
    return found


def blocks(markdown: str) -> list[str]:
    """The messages of a Markdown cell, in order.

    >>> blocks("# How long?\\n\\nOne line\\ngoes on.\\n\\n- first\\n- second")
    ['How long?', 'One line goes on.', 'first', 'second']
    """
    return [words for _, words, _ in pieces(markdown) if words]


def translate_markdown(markdown: str, lang: str) -> str:
    """The same Markdown in another language.

    >>> translate_markdown("# Nobody translated this", "nl")
    '# Nobody translated this'
    """
    return "".join(
        mark + (translate(words, lang) if words else "") + end for mark, words, end in pieces(markdown)
    ).strip()
