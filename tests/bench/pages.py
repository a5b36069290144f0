"""`python tests/bench/pages.py`: how well extractors tell an article from the page around it.

The pages are those of `tests/cases/pages`, whose articles are marked by hand. `FOLDER XPATH` takes the pages of a
folder in their place, whose article is the element at the path: documentation saved on this machine, say. Measured
are the words of the text: precision, recall and F1, the mean over all pages, and the pages on which no word is wrong.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import html
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "plugins"))

from dateline.records import Story  # noqa: E402  found beside the tests
from dateline.sources import source_of  # noqa: E402  likewise
from dateline.sources.markup import read_markup  # noqa: E402  likewise
from dateline.sources.pages import page as pages  # noqa: E402  likewise
from dateline.sources.pages.text import _dense, main_text  # noqa: E402  likewise

CASES = REPOSITORY / "tests" / "cases" / "pages"
GOLD = re.compile(r' data-gold="\w+"')
MARKED = "//*[@data-gold='text']"
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+")  # a Chinese character is a word


def main() -> None:
    """Print the table."""
    folder, path = (Path(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else (CASES, MARKED)
    gold = dict(_pages(folder, path))
    if not gold:
        sys.exit(f"{folder} has no page with an element at {path}")
    table = Table("extractor", "precision", "recall", "F1", "no word wrong", "ms a page", title=f"{len(gold)} pages")
    for name, extract in _extractors(whole_pages=path == MARKED).items():
        table.add_row(name, *_row(extract, gold))
    Console().print(table)


def _pages(folder: Path, path: str) -> Iterator[tuple[str, Counter[str]]]:
    """Yield markup and the words of its article."""
    for file in sorted(folder.glob("*.html")):
        markup = file.read_text("utf-8", "replace")
        elements = html.document_fromstring(markup.encode()).xpath(path)
        if elements:
            yield GOLD.sub("", markup), _words(" ".join(element.text_content() for element in elements))


def _row(extract: Callable[[str], str], gold: dict[str, Counter[str]]) -> list[str]:
    start = time.perf_counter()
    found = [_words(extract(markup)) for markup in gold]
    seconds = time.perf_counter() - start
    scores = [_score(kept, wanted) for kept, wanted in zip(found, gold.values(), strict=True)]
    means = [f"{sum(column) / len(scores):.3f}" for column in zip(*scores, strict=True)]
    exact = sum(kept == wanted for kept, wanted in zip(found, gold.values(), strict=True))
    return [*means, str(exact), f"{1000 * seconds / len(gold):.1f}"]


def _score(kept: Counter[str], wanted: Counter[str]) -> tuple[float, float, float]:
    right = (kept & wanted).total()
    precision, recall = right / max(1, kept.total()), right / max(1, wanted.total())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))


def _extractors(*, whole_pages: bool) -> dict[str, Callable[[str], str]]:
    import justext
    import trafilatura

    stop_words = frozenset(word for language in justext.get_stoplists() for word in justext.get_stoplist(language))

    def by_trafilatura(**options: bool) -> Callable[[str], str]:
        return lambda markup: trafilatura.extract(markup, include_comments=False, **options) or ""

    def by_justext(markup: str) -> str:
        paragraphs = justext.justext(markup.encode(), stop_words, encoding="utf-8")
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    extractors: dict[str, Callable[[str], str]] = {
        "dateline (story)": _story_text,
        "dateline (main text)": _main_text,
        "trafilatura": by_trafilatura(),
        "trafilatura, precision": by_trafilatura(favor_precision=True),
        "trafilatura, recall": by_trafilatura(favor_recall=True),
        "trafilatura, fast": by_trafilatura(fast=True),
        "jusText": by_justext,
        "run of paragraphs": _dense_text,
    }
    if not whole_pages:
        del extractors["dateline (story)"]  # a manual's page is no article
    try:
        from readability import Document
    except ImportError:
        return extractors
    extractors["readability-lxml"] = lambda markup: html.fromstring(Document(markup).summary()).text_content()
    return extractors


def _story_text(markup: str) -> str:
    items = pages.read(source_of(markup.encode()))
    return "\n".join(block.text for item in items if isinstance(item, Story) for block in item.blocks)


def _main_text(markup: str) -> str:
    blocks, _ = read_markup(markup, "")
    return "\n".join(block.text for block, main in zip(blocks, main_text(markup, blocks), strict=True) if main)


def _dense_text(markup: str) -> str:
    blocks, _ = read_markup(markup, "")
    return "\n".join(block.text for block, main in zip(blocks, _dense(blocks), strict=True) if main)


if __name__ == "__main__":
    main()
