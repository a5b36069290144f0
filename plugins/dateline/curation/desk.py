"""The desk: what the archive asks, as rows on paper or one question after another, and answers as rows of its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, TextIO

from dateline.authority.rows import RECORD_COLUMNS, RULE_COLUMNS, load_rows
from dateline.authority.writing import append_row
from dateline.curation.questions import HEADINGS, RULES, Cells, Choice, Proposal
from dateline.errors import AuthorityError
from dateline.files import replace_file

REJECTED = "rejected.csv"
REJECTED_COLUMNS = ("matter", "about", "name")
_KEYS = "a accept the first, a number picks, r reject for good, s skip, q quit"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said to a proposal: the choice that settles it, or None for "never ask again"."""

    proposal: Proposal
    choice: Choice | None


def proposal_rows(proposals: Sequence[Proposal], *, limit: int) -> str:
    """Return proposals as rows to paste, under their file and matter, at most `limit` of each matter.

    What is said for people stands in lines that begin with #, which no authority file takes for a row.
    """
    stream = io.StringIO()
    for matter, group in groupby(proposals, key=lambda proposal: proposal.matter):
        asked = list(group)
        by_file = sorted({proposal.choices[0].file for proposal in asked})
        for file in by_file:
            here = [proposal for proposal in asked if proposal.choices[0].file == file]
            more = f", the first {limit} of them" if len(here) > limit else ""
            stream.write(f"# {HEADINGS[matter]}: {len(here)}{more}. Rows for content/authority/{file}:\n")
            stream.write(f"# {','.join(columns_of(file))}\n")
            for proposal in here[:limit]:
                _write_proposal(stream, proposal)
            stream.write("\n")
    return stream.getvalue()


def _write_proposal(stream: TextIO, proposal: Proposal) -> None:
    """Write the rows of a proposal; where it leaves a choice, they stand behind a # until a person makes it."""
    stream.write(f"#\n# {_articles(proposal)}: {_comment(proposal.question)}\n")
    for example in proposal.examples[:1]:
        stream.write(f"#   “{_comment(example.sentence)}” ({example.article})\n")
    is_open = len(proposal.choices) > 1
    for choice in proposal.choices:
        says = f"# {_comment(choice.says)}:\n# " if is_open else ""
        stream.write(f"{says}{_row(choice)}\n")


def _articles(proposal: Proposal) -> str:
    return f"{proposal.articles:,} {'article' if proposal.articles == 1 else 'articles'}"


def _comment(text: str) -> str:
    return " ".join(_shown(text).split())


def _row(choice: Choice) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow([choice.cells.get(column, "") for column in columns_of(choice.file)])
    return stream.getvalue()


def columns_of(file: str) -> tuple[str, ...]:
    """Return the columns that a new file of that name has."""
    return {RULES: RULE_COLUMNS, REJECTED: REJECTED_COLUMNS}.get(file, RECORD_COLUMNS)


def ask(proposals: Sequence[Proposal], answers: TextIO, screen: TextIO) -> Iterator[Answer]:
    """Show each proposal on `screen` and yield what a line of `answers` says to it, until it says q or ends."""
    for number, proposal in enumerate(proposals, start=1):
        screen.write(f"\n{number} of {len(proposals)}  {HEADINGS[proposal.matter]}  ({_articles(proposal)})\n")
        screen.write(f"{_shown(proposal.question)}\n")
        for example in proposal.examples:
            screen.write(f"    “{_shown(example.sentence)}” ({_shown(example.article)})\n")
        for place, choice in enumerate(proposal.choices, start=1):
            screen.write(f"  {place}  {_shown(choice.says)}\n")
        said = _read_answer(proposal, answers, screen)
        if said == "quit":
            return
        if said != "skip":
            yield Answer(proposal, said)


def _read_answer(proposal: Proposal, answers: TextIO, screen: TextIO) -> Choice | Literal["skip", "quit"] | None:
    """Return the choice of the next line that is an answer, None for a rejection."""
    while True:
        screen.write(f"[{_KEYS}] ")
        screen.flush()
        try:
            line = answers.readline()
        except KeyboardInterrupt:  # what was answered stands already
            line = ""
        word = line.strip().casefold()
        if not line or word in ("q", "quit"):
            screen.write("\n")
            return "quit"
        if word in ("s", "skip"):
            return "skip"
        if word in ("r", "reject"):
            return None
        if word in ("a", "accept"):
            return proposal.choices[0]
        if word.isascii() and word.isdigit() and 1 <= int(word) <= len(proposal.choices):
            return proposal.choices[int(word) - 1]
        screen.write(f"{word!r} is no answer here.\n" if word else "")


def _shown(text: str) -> str:
    """Return a text of the archive without what would move a terminal's cursor or change its colours."""
    return "".join(char if char.isprintable() else " " for char in text)


def write_answer(folder: Path, answer: Answer) -> str:
    """Add an answer's row to its file in `folder` and return what was written, as a sentence.

    Raises AuthorityError where the file cannot take the row, OSError where it cannot be written.
    """
    proposal, choice = answer.proposal, answer.choice
    if choice is None:
        cells = {"matter": proposal.matter.value, "about": proposal.about, "name": proposal.name}
        write_row(folder / REJECTED, cells)
        return f"{proposal.name}: will not be asked again."
    write_row(folder / choice.file, choice.cells)
    return f"{choice.file}: {_row(choice).rstrip(',')}"


def write_row(path: Path, cells: Cells) -> None:
    """Add a row to an authority file, in the form that the file has. Raises AuthorityError, OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    try:
        replace_file(path.resolve(), append_row(data, columns_of(path.name), cells))
    except AuthorityError as error:
        raise AuthorityError(f"{path.name}: {error}") from error


def load_rejected(folder: Path) -> Iterable[tuple[str, str]]:
    """Return matter and subject of each proposal that was rejected for good."""
    rows, _ = load_rows(folder / REJECTED, REJECTED_COLUMNS[:2])
    return [(row["matter"], row["about"]) for row in rows]
