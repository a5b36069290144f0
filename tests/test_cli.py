"""The command line: what it prints, and exit codes that tell (0 done, 1 with items reported, 2 could not run)."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from dateline.articles.check import unlisted
from dateline.cli import SORTS, main
from dateline.records import SearchValue
from dateline.search import asking, update_index
from searching import document

COMMANDS = ("new", "build", "convert", "cat", "remove", "tag", "search", "suggest", "diff", "check", "serve")


@pytest.fixture
def here(archive, tmp_path, monkeypatch) -> Path:
    """A copy of the built archive, as the folder in which commands run."""
    shutil.copytree(archive, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert "example:" in capsys.readouterr().out


def test_build_tells_what_was_made_and_then_that_nothing_changed(here, capsys):
    (here / ".cache/build.json").unlink()
    assert main(["build"]) == 0
    told = capsys.readouterr().out
    assert "5 stories read" in told
    assert "5 articles, 9 places, 9 actors" in told
    assert "The site is at output/index.html; nothing was set aside." in told
    assert main(["build"]) == 0
    assert capsys.readouterr().out.startswith("Nothing changed since the last build: 5 articles")


def test_what_was_set_aside_is_told_each_time_and_strict_fails_on_it(here, capsys):
    (here / "content/sources/bad.txt").write_bytes(b"\x89PNG\0\0\0\0")
    (here / "content/sources/empty.txt").touch()
    assert main(["build"]) == 0
    told = capsys.readouterr().out
    assert "sources/bad.txt: looks like a picture, which no reader takes" in told
    assert "sources/empty.txt: holds no text" in told
    assert told.rstrip().endswith("2 items reported.")
    assert main(["build", "--strict"]) == 1
    assert "2 items reported" in capsys.readouterr().out
    rows = [json.loads(line) for line in (here / "reports/import.jsonl").read_text().splitlines()]
    assert [row["where"] for row in rows] == ["sources/bad.txt", "sources/empty.txt"]


def test_a_broken_row_of_an_authority_file_is_told_and_the_rest_is_built(here, capsys):
    with (here / "content/authority/places.csv").open("a") as rows:
        rows.write("place:bad,city,Bad,,,95,40,,,,,\n")
    assert main(["build", "--strict"]) == 1
    assert "latitude '95' is not between -90 and 90" in capsys.readouterr().out


def test_a_correction_that_corrects_nothing_is_told_at_the_end_of_a_build(here, capsys):
    with (here / "content/authority/rules.csv").open("a") as rules:
        rules.write("ignore,Ullapool,,,,,\nignore,Mosul,,no-such-article,,,\nignore,Raqqa,,,,,\n")
    assert main(["build"]) == 0
    told = capsys.readouterr().out
    assert "rules.csv line 2: the rule corrects nothing: 'Ullapool' is not in any article" in told
    assert "rules.csv line 3: the rule holds only in 'no-such-article'" in told
    assert told.rstrip().endswith("2 items reported.")


def test_an_output_that_cannot_be_written_is_exit_2(here, capsys):
    shutil.rmtree(here / "output")
    (here / "output").touch()
    assert main(["build"]) == 2
    assert "the site cannot be written there" in capsys.readouterr().err


def test_convert_counts_and_a_dry_run_writes_nothing(here, capsys):
    (here / "content/sources/new.txt").write_text("Rain\n\nIt rained in Lima.\n")
    assert main(["convert", "--dry-run"]) == 0
    assert "+Title: Rain" in capsys.readouterr().out
    assert not (here / "content/articles/rain.md").exists()
    assert main(["convert", "content/sources/new.txt"]) == 0
    assert "1  made" in capsys.readouterr().out
    assert (here / "content/articles/rain.md").exists()
    assert main(["convert", "/etc/passwd"]) == 2
    assert "no file below content/sources" in capsys.readouterr().err


def test_tag_prints_a_line_for_each_text_and_tells_a_line_that_is_none(here, capsys, monkeypatch):
    lines = b'{"id": 7, "title": "Jordanian troops", "text": "They left Palmyra."}\nnonsense\n{"id": 8}\n[]\n'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    assert main(["tag", "--jsonl"]) == 1
    told = capsys.readouterr()
    (row,) = [json.loads(line) for line in told.out.splitlines()]
    assert row["id"] == 7
    assert {(m["field"], m["surface"], m["name"]) for m in row["mentions"] if m["role"] in ("literal", "name")} == {
        ("title", "Jordanian troops", "Jordanian Army"),
        ("text", "Palmyra", "Palmyra"),
    }
    assert "line 2: is not JSON" in told.err
    assert "line 3: has no text" in told.err
    assert "line 4: is no JSON object" in told.err


def test_search_prints_hits_and_json(here, capsys):
    assert main(["search", "palmyra"]) == 0
    assert "Palmyra" in capsys.readouterr().out
    assert main(["search", "--json", "--limit", "1", "palmyra"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["query"] == "palmyra"
    assert found["total"] == 2
    (hit,) = found["hits"]
    assert set(hit) == {
        "rank", "slug", "title", "title_marks", "topic", "date", "label", "url", "score", "snippet", "marks", "group",
    }  # fmt: skip
    assert (here / "output" / hit["url"]).is_file()


def test_search_passes_over_the_results_that_were_seen(here, capsys):
    slugs = []
    for offset in range(3):
        assert main(["search", "--json", "--limit", "1", "--offset", str(offset), "palmyra"]) == 0
        found = json.loads(capsys.readouterr().out)
        slugs += [(hit["rank"], hit["slug"]) for hit in found["hits"]]
    assert [rank for rank, _ in slugs] == [1, 2]
    assert len({slug for _, slug in slugs}) == found["total"] == 2


@pytest.mark.parametrize("given", [
    ["army", "-tadmur"], ["-tadmur", "army"], ["--limit", "5", "-tadmur", "army"], ["army -tadmur"],
    ['-"tadmur"', "army"], ["--", "army", "-tadmur"], ["--", "-tadmur", "army"],
])  # fmt: skip
def test_a_word_that_is_not_wanted_is_no_option(given, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    articles = [document("one", "Tadmur", "The army moved."), document("two", "Homs", "The army moved.")]
    update_index(articles, (), tmp_path / ".cache/index")
    assert main(["search", "--json", *given]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [hit["slug"] for hit in answer["hits"]] == ["two"]
    assert answer["query"] == " ".join(word for word in given if word not in {"--", "--limit", "5"})


@pytest.mark.parametrize("given", [["--limit", "-5", "army"], ["--none", "army"], ["army", "--limit", "-h"]])
def test_an_option_that_is_not_right_is_told_all_the_same(given, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["search", *given])
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("usage: dateline")


def test_search_takes_an_order_facets_and_names_as_they_are_spelt(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    articles = [
        document(f"story-{day}", "Tadmur", "The army moved.", date=f"2017-03-{day:02}", values=(("place", "p:1", 1),))
        for day in (1, 2)
    ]
    update_index(articles, [SearchValue("place", "p:1", "Palmyra", ("Palmyra", "Tadmur"))], tmp_path / ".cache/index")
    assert main(["search", "--sort", "newest", "--facets", "army"]) == 0
    told = capsys.readouterr().out
    assert told.index("story-2") < told.index("story-1") < told.index("Places\n   2  Palmyra")
    assert main(["search", "palmyra"]) == 0
    assert "“palmyra” was also looked for as Palmyra (place)" in capsys.readouterr().out
    assert main(["search", "--exact", "palmyra"]) == 0
    assert capsys.readouterr().out.startswith("Nothing was found for palmyra.")


def test_the_orders_that_the_command_line_offers_are_those_of_the_search():
    assert asking.SORTS == SORTS


def test_search_without_an_index_or_with_a_malformed_query_says_what_to_do(here, capsys):
    assert main(["search", "(palmyra"]) == 0
    assert "A bracket is opened but not closed. Its words were looked for instead." in " ".join(
        capsys.readouterr().out.split()
    )
    assert main(["search", "("]) == 2
    assert capsys.readouterr().err.startswith("dateline: ")
    shutil.rmtree(here / ".cache")
    assert main(["search", "palmyra"]) == 2
    assert "make html" in capsys.readouterr().err


def test_suggest_prints_rows_to_paste_and_says_when_there_are_none(here, capsys):
    assert main(["suggest"]) == 0
    assert capsys.readouterr().out.startswith("Nothing to suggest")
    article = next((here / "content/articles").glob("*.md"))
    article.write_text(article.read_text().replace("Actors: ", "Actors: Uqbar League; "))
    assert main(["suggest", "--kind", "actor", "--limit", "1"]) == 0
    assert "\nactor:uqbar-league,organisation,Uqbar League," in capsys.readouterr().out


def test_suggest_writes_what_a_person_answers(here, capsys, monkeypatch):
    article = next((here / "content/articles").glob("*.md"))
    article.write_text(article.read_text().replace("Actors: ", "Actors: Uqbar League; "))
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n"))
    assert main(["suggest", "--interactive"]) == 0
    assert "1 answer written" in capsys.readouterr().out
    assert main(["check"]) == 0


def test_an_answer_that_its_file_cannot_hold_is_told(here, capsys, monkeypatch):
    (here / "content/authority/actors.csv").write_text("id,kind\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\n" * 50))
    assert main(["suggest", "--interactive"]) == 1
    assert "Not written: actors.csv: the header lacks preferred" in capsys.readouterr().out


def test_a_merge_takes_along_a_name_typed_by_hand_and_a_build_keeps_what_hands_wrote(here, capsys):
    authority = here / "content/authority"
    with (authority / "actors.csv").open("a") as rows:
        rows.write("actor:blue-hill,group,Blue Hill Front,,,,,,,,,\n")
    article = next((here / "content/articles").glob("isis-retreating*.md"))
    by_hand = article.read_text("utf-8").replace("Actors: ISIS;", "Actors: Blue Hill Front;")
    assert "Actors: Blue Hill Front;" in by_hand
    article.write_text(by_hand, "utf-8")
    assert main(["build"]) == 0
    assert (here / "output/actors/blue-hill-front.html").is_file()
    with (authority / "rules.csv").open("a") as rows:
        rows.write("same-as,actor:blue-hill,actor:isis,,,,\n")
    assert main(["diff"]) == 1
    assert "vanishes  actors: Blue Hill Front, in 1 → 0 articles" in capsys.readouterr().out
    assert main(["build"]) == 0
    assert not (here / "output/actors/blue-hill-front.html").exists()
    (built,) = [
        row
        for row in json.loads((here / "output/data/articles.json").read_text("utf-8"))
        if row["slug"] == article.stem
    ]
    assert {"id": "actor:isis", "name": "ISIS"} in built["actors"]
    assert "actor:blue-hill" not in {actor["id"] for actor in built["actors"]}
    assert article.read_text("utf-8") == by_hand
    assert main(["diff"]) == 0


def test_diff_says_that_nothing_would_change_or_exits_1_with_what_would(here, capsys):
    assert main(["diff"]) == 0
    assert capsys.readouterr().out == "Nothing would change.\n"
    with (here / "content/authority/rules.csv").open("a") as rules:
        rules.write("ignore,Palmyra,,,,,\n")
    assert main(["diff", "--articles"]) == 1
    told = capsys.readouterr().out
    assert "vanishes  places: Palmyra, in 2 → 0 articles" in told
    assert "- place Palmyra: “Palmyra”, ignore in rules.csv line 2" in told
    assert main(["diff", "--json"]) == 1
    assert {page["name"] for page in json.loads(capsys.readouterr().out)["pages"]} >= {"Palmyra"}


def test_check_finds_what_a_person_typed_wrong(here, capsys):
    assert main(["check"]) == 0
    path = next((here / "content/articles").glob("isis-retreating*.md"))
    with (here / "content/authority/rules.csv").open("a") as rows:
        rows.write("ignore,Mosul,,no-such-article,,,\n")
    text = path.read_text("utf-8").replace("Places: Mosul;", "Places: Erewhon;")
    path.write_text(text.replace("Slug:", "Date: 2017-03\nSlug:"), "utf-8")
    assert main(["check"]) == 1
    told = capsys.readouterr().out
    assert "Places: 'Erewhon' is in no authority file" in told
    assert "authority/rules.csv line 2: the rule holds only in 'no-such-article'" in told
    assert "Date is '2017-03', which is no whole day; write it as Published: 2017-03" in told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Tlon", "add it to places.csv"),
        ("Tlon, Uqbar", "part names with semicolons (Tlon; Uqbar;), or add it to places.csv"),
        ("Tlon [Texas]", "square brackets hold an id (Tlon [geonames:170794]), round ones tell apart (Tlon (Texas))"),
        ("Tlon [place:tlon]", "no record has the id place:tlon; add it to places.csv"),
    ],
)
def test_a_name_that_no_file_has_is_told_with_what_would_be_right(name, told):
    assert unlisted(name, "places.csv") == f"{name!r} is in no authority file; {told}"


@pytest.mark.parametrize("command", [["convert"], ["build"], ["suggest"], ["diff"], ["check"], ["serve"]])
def test_outside_an_archive_each_command_says_so(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    assert capsys.readouterr().err.startswith("dateline: ")


def test_tag_survives_half_a_surrogate_pair_and_endless_nesting(here, capsys, monkeypatch):
    lines = b'{"id": "\\ud800", "text": "Palmyra \\udfff"}\n' + b"[" * 100_000 + b"\n"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    assert main(["tag"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["mentions"][0]["name"] == "Palmyra"
    assert "line 2: is not JSON" in told.err


def test_cat_prints_the_bytes_that_an_article_names(here, capfdbinary):
    article = next((here / "content/articles").glob("isis-retreating*.md")).read_text("utf-8")
    fields = dict(line.split(": ", 1) for line in article.split("\n\n")[0].splitlines())
    assert main(["cat", fields["Source"]]) == 0
    assert hashlib.sha256(capfdbinary.readouterr().out).hexdigest() == fields["Source-SHA256"]


@pytest.mark.parametrize(
    ("locator", "said"),
    [
        ("sources/deir-ezzor.txt", "must read like sources/a.txt#L3-L6"),
        ("sources/none.txt#L1-L2", "is no file below"),
        ("../pelicanconf.py#L1-L2", "is no file below"),
        ("sources/deir-ezzor.txt!a#L1-L2", "holds no member 'a'"),
    ],
)
def test_cat_says_what_a_locator_lacks(here, capsys, locator, said):
    assert main(["cat", locator]) == 2
    assert said in capsys.readouterr().err


def test_remove_takes_an_article_out_and_its_address_says_why(here, capsys):
    slug = next((here / "content/articles").glob("isis-retreating*.md")).stem
    assert main(["remove", slug, "--reason", "Taken out on request.", "--on", "2020-05-01"]) == 0
    assert f"articles/{slug}.md was deleted" in capsys.readouterr().out
    assert main(["build"]) == 0
    page = (here / f"output/articles/{slug}.html").read_text("utf-8")
    assert "Taken out on request." in page
    assert "1 May 2020" in page
    assert main(["convert"]) == 0
    assert "1  removed, with a tombstone" in capsys.readouterr().out


def test_convert_ends_with_a_count_of_what_was_set_aside_by_reason(here, capsys):
    (here / "content/sources/new.txt").write_text("Rain\n\nIt rained.\n\nRead more: Snow\n\nA last line\n")
    (here / "content/sources/bad.gz").write_bytes(b"\x1f\x8b and no more")
    assert main(["convert"]) == 1
    told = capsys.readouterr().out
    assert "1  set aside: not read" in told
    assert "1  set aside: read more" in told
    assert "sources/bad.gz: " in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "table"], "name the sources that are of this format"),
        (["--format", "morse", "content/sources/deir-ezzor.txt"], "there is no format 'morse'; there are: "),
    ],
)
def test_a_format_that_cannot_be_taken_is_told(here, capsys, arguments, said):
    assert main(["convert", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_limit_that_is_none_stops_convert_with_a_sentence(here, capsys):
    with (here / "pelicanconf.py").open("a") as settings:
        settings.write('DATELINE_LIMITS = {"depth": "deep"}\n')
    assert main(["convert"]) == 2
    assert "DATELINE_LIMITS: depth is 'deep', not a whole number" in capsys.readouterr().err
