"""The scripts of the search as a site has them say what their authors wrote."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.search.shards.scripts import strip_script, write_scripts

SCRIPTS = sorted((Path(__file__).resolve().parent.parent / "theme/static/js").rglob("*.js"))
TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<word>[\w$]+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/[a-z]*")
QUASI = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*", re.DOTALL)
BEFORE_REGEX = re.compile(r"[(,=:\[!&|?{};+*%~^<>-]|return|typeof|")


def literals(script: str) -> Iterator[str]:
    """Yield the strings, regular expressions and parts of templates of a script, one by one."""
    at, before, braces = 0, "", []  # braces: of each that is open, whether it is a template's
    while at < len(script):
        token = TOKEN.match(script, at)
        assert token
        if token["sign"] == "/" and BEFORE_REGEX.fullmatch(before):
            token = REGEX.match(script, at)
            assert token
            yield token[0]
        elif token["string"]:
            yield token[0]
        at = token.end()
        if token[0] == "{":
            braces.append(False)
        elif token[0] == "`" or (token[0] == "}" and braces.pop()):
            quasi = QUASI.match(script, at)
            assert quasi
            yield quasi[0]
            at = quasi.end() + (1 if script[quasi.end()] == "`" else 2)
            if script[at - 1] == "{":
                braces.append(True)
        if not token.groupdict().get("space"):
            before = token[0]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("""a = "b  c" + 'd"' // "e\"""", ['"b  c"', "'d\"'"]),
        ("a = `b  ${c + '{'}  d`;", ["b  ", "'{'", "  d"]),
        ("a = `b ${c ? `  ${d}` : e} f`;", ["b ", "  ", "", " f"]),
        (r"a = b / c / d.replace(/[/`]\//g, '`');", [r"/[/`]\//g", "'`'"]),
    ],
)
def test_literals_are_told_from_code(script, found):
    assert list(literals(script)) == found


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_each_literal_of_a_script_is_kept_when_its_spaces_go(path):
    """A template within a template is what rjsmin loses its place in: it should stand in a function of its own."""
    script = path.read_text(encoding="utf-8")
    assert list(literals(strip_script(script))) == list(literals(script))


def test_the_sizes_of_the_scripts_are_those_of_the_docs(tmp_path, repository):
    rows = re.findall(
        r"^\| (`.*) \| ([\d.]+) KB \|", (repository / "docs/search/page.md").read_text("utf-8"), re.MULTILINE
    )
    files = write_scripts(repository / "theme/static", tmp_path)
    told = {names: float(size) for names, size in rows}
    found = {}
    for names in told:
        parts = re.findall(r"`([\w-]+)\.js`", re.sub(r"\(.*\)", "", names))
        found[names] = sum(len(gzip.compress((tmp_path / files[part]).read_bytes(), 9)) for part in parts) / 1000
    assert len(told) > 10
    assert told == pytest.approx(found, rel=0.1)
