"""Prose of notebooks as messages: a Markdown cell is cut into blocks, each a message of its own."""

from __future__ import annotations

import re

from coopeval.wording.messages import translate

_STARTS = re.compile(r"\s*(#{1,6} |[-*+] |\d+\. |> |\|)")
_MARK = re.compile(r"^(\s*(?:#{1,6} |[-*+] |\d+\. |> )?)(.*)$", re.S)
_WORDLESS = re.compile(r"^[\s|:*_\-]*$")  # a rule, or the line below the head of a table
_FENCE = "```"


def pieces(markdown: str) -> list[tuple[str, str, str]]:
    """Mark, words and what follows, for each block: heading, paragraph, list item, quotation or line of a table.

    Lines of one paragraph are joined, so that wrapping anew is not a new message. Fenced code has no words.
    """
    found: list[tuple[str, str, str]] = []
    for chunk in re.split(r"\n\s*\n", markdown.strip()):
        if chunk.lstrip().startswith(_FENCE):
            found.append((chunk, "", "\n\n"))
            continue
        lines = _joined(chunk.splitlines())
        for line in lines:
            mark, words = (line, "") if _WORDLESS.match(line) else _MARK.match(line).groups()
            found.append((mark, words.strip(), "\n"))
        if lines:
            found[-1] = (*found[-1][:2], "\n\n")
    return found


def _joined(lines: list[str]) -> list[str]:
    whole: list[str] = []
    for line in lines:
        before = whole[-1].lstrip() if whole else ""
        goes_on = before.startswith("> ") and line.lstrip().startswith("> ")
        if goes_on:
            whole[-1] += " " + line.strip().removeprefix("> ").strip()
        elif whole and not _STARTS.match(line) and not before.startswith(("#", "|")):
            whole[-1] += " " + line.strip()
        else:
            whole.append(line)
    return whole


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
    parts = (mark + (translate(words, lang) if words else "") + end for mark, words, end in pieces(markdown))
    return "".join(parts).strip()
