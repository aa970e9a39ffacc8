"""YAML's syntax errors in the words of the language: *expected …, got …*."""

from __future__ import annotations

import re

import yaml

_SENTENCES = (
    (r"could not find expected ':'", "expected ': ' after a key, got the end of its line"),
    (
        r"mapping values are not allowed",
        "expected one value, got a second ': '; indent a map below its key, quote text that holds ': '",
    ),
    (r"expected <block end>, but found '-'", "expected the indentation of the lines above, got a list entry"),
    (r"expected <block end>, but found", "expected the indentation of the lines above, got another"),
    (r"expected ',' or '(.)', but got '<stream end>'", r"expected ',' or '\1', got the end of the file"),
    (r"expected ',' or '(.)', but got '<(document .*)>'", r"expected ',' or '\1', got a \2"),
    (r"expected ',' or '(.)', but got '<scalar>'", r"expected ',' or '\1', got another value"),
    (r"expected ',' or '(.)', but got ('.*')", r"expected ',' or '\1', got \2"),
    (r"found unexpected end of stream", "expected a closing quote, got the end of the file"),
    (r"found unexpected document separator", "expected a closing quote, got a document separator"),
    (
        r"found character '(.*)' that cannot start any token",
        r"expected a value, got '\1'; put text that begins with it in quotes",
    ),
    (
        r"sequence entries are not allowed",
        "expected a value, got a list entry; begin the list on a line of its own",
    ),
    (r"found unknown escape character ('.*')", r"expected a known escape after \\, got \1"),
    (r"expected '<document start>', but found", "expected a key at the left margin, got something else"),
    (r"expected the node content, but found '<stream end>'", "expected a value, got the end of the file"),
    (r"expected the node content, but found ('.*')", r"expected a value, got \1"),
    (r"expected alphabetic or numeric character, but found (.*)", r"expected a name, got \1"),
)


def syntax_problem(error: yaml.YAMLError, text: str) -> tuple[str, int, int]:
    """The sentence for a syntax error, its line and its column (0 if unknown)."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    problem = str(getattr(error, "problem", None) or error).strip().partition("\n")[0]
    lines = text.split("\n")
    for number in (line, line - 1):
        indent = re.match(r" *\t", lines[number - 1]) if 0 < number <= len(lines) else None
        if indent is not None:
            return "expected spaces, got a tab; YAML is indented with spaces", number, indent.end()
    begin = getattr(error, "context_mark", None)
    if begin is not None and str(error.context).startswith("while scanning a quoted"):  # type: ignore[attr-defined]
        line, column = begin.line + 1, begin.column + 1
    for pattern, sentence in _SENTENCES:
        match = re.match(pattern, problem)
        if match is not None:
            hint = ""
            if begin is not None and sentence.startswith("expected ',' or"):
                hint = f"; the bracket opens on line {begin.line + 1}"
            return match.expand(sentence) + hint, line, column
    return f"expected YAML, got what no parser understands ({problem})", line, column
