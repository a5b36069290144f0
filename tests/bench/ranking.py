"""How well the search ranks: nDCG@10 beside plain BM25, on stand-ins made from stories or on a judged collection.

    python tests/bench/ranking.py STORIES [--number 5000] [--worse 10]
    python tests/bench/ranking.py --collection FOLDER

STORIES is a file of JSON lines or the folder of Reuters-21578. Four kinds of queries are made from them by chance,
each with one right story: a title, whose story has it no more; a sentence, taken out of its story; five words of a
story among function words; three words of a title. They are asked through `dateline.search.search` on a real index.

FOLDER has docs.jsonl {id, title, text}, queries.jsonl {id, text} and qrels.tsv (query, document, grade). Its archive is
made by `dateline build`, and asked by `dateline search --json`.

Plain BM25 has title and text as one, the same stems, any of the words, Lucene's idf ln(1 + (N - df + 0.5) / (df + 0.5)),
K1 1.2, B 0.75. nDCG@10 has the grade as gain (Järvelin and Kekäläinen, TOIS 2002).
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import log, log2
from pathlib import Path

from rich.console import Console
from rich.table import Table
from stories import documents_of, load_rows

from dateline import cli
from dateline.search import SearchIndex, open_index, search, update_index
from dateline.search.analysis import find_tokens, term_of
from dateline.search.evaluate import evaluate
from dateline.search.plan import plain_words, resolve, some_of

REPOSITORY = Path(__file__).resolve().parents[2]
DEPTH = 10
EACH = 300
MIN_WORDS = 60  # of a story that is asked for
FUNCTION_WORDS = "what are the effects of a on in the and how does it for is to".split()
K1, B = 1.2, 0.75

Ranker = Callable[[str], Sequence[str]]  # a query, the ids of the best stories


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the grades of the stories that are right."""

    kind: str
    text: str
    grades: Mapping[str, float]


class PlainBM25:
    """Plain BM25 over texts."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Count the terms of `texts`, by id."""
        counts = {id_: Counter(_terms(text)) for id_, text in texts.items()}
        average = sum(map(Counter.total, counts.values())) / len(counts)
        self.order = {id_: number for number, id_ in enumerate(counts)}
        self.postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for id_, terms in counts.items():
            norm = K1 * (1 - B + B * terms.total() / average)
            for term, tf in terms.items():
                self.postings[term].append((id_, tf * (K1 + 1) / (tf + norm)))

    def __call__(self, query: str) -> list[str]:
        """Return the ids of the ten best."""
        scores: defaultdict[str, float] = defaultdict(float)
        for term, times in Counter(_terms(query)).items():
            df = len(self.postings.get(term, ()))
            weight = times * log(1 + (len(self.order) - df + 0.5) / (df + 0.5))
            for id_, score in self.postings.get(term, ()):
                scores[id_] += weight * score
        return nsmallest(DEPTH, scores, key=lambda id_: (-scores[id_], self.order[id_]))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stories", type=Path, nargs="?")
    parser.add_argument("--collection", type=Path)
    parser.add_argument("--number", type=int, default=5_000)
    parser.add_argument(
        "--worse", type=int, default=0, help="show so many queries of each kind that plain BM25 ranks better"
    )
    options = parser.parse_args()
    if options.collection:
        judge_collection(options.collection, options.worse)
    elif options.stories:
        judge_stories(load_rows(options.stories, options.number), options.worse)
    else:
        parser.error("name a file of stories, or --collection and its folder")


def judge_stories(rows: Sequence[dict], worse: int) -> None:
    """Print how queries made from stories fare."""
    queries, rows = stand_ins(rows)
    documents, values = documents_of(rows)
    with tempfile.TemporaryDirectory() as folder:
        update_index(documents, values, Path(folder))
        with open_index(Path(folder)) as index:
            rankers = {
                "plain BM25": PlainBM25({story.slug: f"{story.title}\n{story.body}" for story in documents}),
                "dateline": lambda query: _slugs(index, query),
                "names only as spelt": lambda query: _slugs(index, query, widen=False),
                "its words, no signs": lambda query: _slugs(index, _bare(query)),
                "its words, any of them": lambda query: _any_word(index, query),
            }
            title = f"nDCG@10 on {len(rows):,} stories, one right story a query"
            report(queries, rankers, title, worse)


def judge_collection(folder: Path, worse: int) -> None:
    """Print how a judged collection fares through the command line."""
    stories = load_rows(folder / "docs.jsonl")
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
        for query, story, grade in csv.reader(stream, delimiter="\t"):
            if grade.replace(".", "", 1).isdigit():  # else the names of the columns
                grades[query][story] = float(grade)
    asked = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    queries = [Judged("judged", row["text"], grades[row["id"]]) for row in asked if grades.get(row["id"])]
    with tempfile.TemporaryDirectory() as made, contextlib.chdir(made):
        ids = build_archive(folder / "docs.jsonl")
        rankers = {
            "plain BM25": PlainBM25(
                {row["id"]: f"{row['title']}\n{row.get('text') or row.get('body')}" for row in stories}
            ),
            "dateline search": lambda query: [ids.get(slug, "") for slug in _command(query)],
            "… --exact": lambda query: [ids.get(slug, "") for slug in _command(query, "--exact")],
            "… its words, no signs": lambda query: [ids.get(slug, "") for slug in _command(_bare(query))],
        }
        title = f"nDCG@10 of {folder.name}: {len(stories):,} stories, {len(ids):,} of them with an article"
        report(queries, rankers, title, worse)


def build_archive(stories: Path) -> dict[str, str]:
    """Make the archive of a file of stories in the working folder; return the stories' ids by slug."""
    Path("content/sources").mkdir(parents=True)
    shutil.copy(stories, "content/sources/docs.jsonl")
    shutil.copy(REPOSITORY / "pelicanconf.py", ".")
    subprocess.run([sys.executable, "-m", "dateline", "build"], check=True, capture_output=True)
    ids = {}
    for path in Path("content/articles").glob("*.md"):
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        if found := re.search("^Source-Id: (.*)$", head, re.MULTILINE):
            ids[path.stem] = found[1]
    return ids


def _command(query: str, *options: str) -> list[str]:
    """Return the slugs that `dateline search --json` gives."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        cli.main(["search", "--json", "--limit", str(DEPTH), *options, "--", query])
    return [hit["slug"] for hit in json.loads(printed.getvalue())["hits"]] if printed.getvalue() else []


def stand_ins(rows: Sequence[dict], seed: int = 1) -> tuple[list[Judged], list[dict]]:
    """Return queries of four kinds, and the stories without what was taken out of them."""
    chance = random.Random(seed)
    altered = [{**row, "body": row.get("body") or row.get("text") or ""} for row in rows]
    long = [number for number, row in enumerate(altered) if len(row["body"].split()) > MIN_WORDS]
    chosen = chance.sample(long, min(len(long), 4 * EACH))
    queries = []
    for place, number in enumerate(chosen):
        kind, ask = list(_KINDS.items())[place % len(_KINDS)]
        if query := ask(altered[number], chance):
            queries.append(Judged(kind, query, {f"s{altered[number]['id']}": 1.0}))
    return queries, altered


def _title(row: dict, chance: random.Random) -> str:
    title, row["title"] = row["title"], ""
    return title


def _sentence(row: dict, chance: random.Random) -> str:
    sentences = re.split(r"(?<=[.?!])\s+", row["body"])
    place = chance.randrange(len(sentences))
    row["body"] = "\n".join(sentences[:place] + sentences[place + 1 :])
    return " ".join(sentences[place].split())


def _question(row: dict, chance: random.Random) -> str:
    words = sorted({token.word for token in find_tokens(row["body"])})
    pairs = zip(chance.sample(FUNCTION_WORDS, 5), chance.sample(words, 5), strict=True)
    return " ".join(word for pair in pairs for word in pair)


def _title_words(row: dict, chance: random.Random) -> str:
    words = sorted({token.word for token in find_tokens(row["title"])})
    return " ".join(chance.sample(words, min(3, len(words))))


_KINDS = {"title": _title, "sentence": _sentence, "question": _question, "words of a title": _title_words}


def _terms(text: str) -> list[str]:
    return [term for token in find_tokens(text) if (term := term_of(token.word, "en"))]


def _bare(query: str) -> str:
    """Return a query's words in lower case, so that nothing of it is a sign or an operator."""
    return " ".join(token.surface.lower().replace("-", " ") for token in find_tokens(query))


def _slugs(index: SearchIndex, query: str, *, widen: bool = True) -> list[str]:
    return [hit.slug for hit in search(index, query, limit=DEPTH, widen=widen).hits]


def _any_word(index: SearchIndex, query: str) -> list[str]:
    """Return the stories with some of the words, those with all of them not before the others."""
    tree = plain_words(query)
    plan = tree and some_of(tree, resolve(tree, index, widen=False), index)
    if not plan:
        return _slugs(index, query)
    ranked = evaluate(plan, index)
    best = nsmallest(DEPTH, zip(ranked.documents, ranked.scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return [index.stored(number).slug for number, _ in best]


def ndcg(found: Iterable[str], grades: Mapping[str, float]) -> float:
    """Return nDCG@10.

    >>> ndcg(["b", "a"], {"a": 1}) == 1 / log2(3)
    True
    """
    gained = sum(grades.get(id_, 0) / log2(rank + 2) for rank, id_ in enumerate(list(found)[:DEPTH]))
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    return gained / (sum(grade / log2(rank + 2) for rank, grade in enumerate(best)) or 1)


def report(queries: Sequence[Judged], rankers: Mapping[str, Ranker], title: str, worse: int) -> None:
    """Print the means by ranker and kind of query, and queries on which the first ranker is better than the second."""
    found = {name: [ndcg(rank(query.text), query.grades) for query in queries] for name, rank in rankers.items()}
    kinds = list(dict.fromkeys(query.kind for query in queries))
    table = Table(
        "ranker", *(f"{kind} ({sum(query.kind == kind for query in queries)})" for kind in kinds), title=title
    )
    for name, figures in found.items():
        of_kind = {kind: [f for f, query in zip(figures, queries, strict=True) if query.kind == kind] for kind in kinds}
        table.add_row(name, *(f"{sum(some) / len(some):.3f}" for some in of_kind.values()))
    console = Console(width=130)
    console.print(table)
    if worse:
        console.print(_worse_table(queries, found, kinds, worse))


def _worse_table(
    queries: Sequence[Judged], found: Mapping[str, Sequence[float]], kinds: Iterable[str], most: int
) -> Table:
    table = Table("kind", *list(found)[:2], "query", title="Queries that plain BM25 ranks better")
    plain, ours, *_ = found.values()
    for kind in kinds:
        places = [place for place, query in enumerate(queries) if query.kind == kind and plain[place] > ours[place]]
        for place in sorted(places, key=lambda place: ours[place] - plain[place])[:most]:
            table.add_row(kind, f"{plain[place]:.2f}", f"{ours[place]:.2f}", queries[place].text)
        table.add_row(f"{kind}: {len(places)} in all", end_section=True)
    return table


if __name__ == "__main__":
    main()
