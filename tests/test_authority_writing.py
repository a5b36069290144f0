"""A row more in an authority file: the file stays in the form that its keeper's spreadsheet gave it."""

from __future__ import annotations

import pytest

from dateline.authority.rows import RULE_COLUMNS, load_rows
from dateline.authority.writing import append_row
from dateline.errors import AuthorityError

IGNORE = {"rule": "ignore", "name": "Nice"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"rule,name,record,article,reason,by,on\nignore,Nice,,,,,\n"),
        (b"rule,name,record\n", b"rule,name,record\nignore,Nice,\n"),
        (b"rule,name\nignore,Of", b"rule,name\nignore,Of\nignore,Nice\n"),  # the last line has no end
        (b"rule,name\r\nignore,Of\r\n", b"rule,name\r\nignore,Of\r\nignore,Nice\r\n"),
        (b"\xef\xbb\xbfrule;name\r\n", b"\xef\xbb\xbfrule;name\r\nignore;Nice\r\n"),
        (b"Name,Rule,Our own\n", b"Name,Rule,Our own\nNice,ignore,\n"),  # columns in another order
        (b"# our; own; names\nrule,name\n", b"# our; own; names\nrule,name\nignore,Nice\n"),
        (b"\n\nrule,name\n", b"\n\nrule,name\nignore,Nice\n"),
        (b"rule,name\nignore,Z\xfcrich\n", b"rule,name\nignore,Z\xfcrich\nignore,Nice\n"),  # Windows-1252
        (b"rule,name\nignore,Nice\n", b"rule,name\nignore,Nice\n"),  # said already
    ],
)
def test_a_row_is_appended_in_the_form_of_the_file(before, after):
    assert append_row(before, RULE_COLUMNS, IGNORE) == after


@pytest.mark.parametrize("name", ["Smith, John", 'the "Tiger" forces', "A; B", "Łódź", "two\nlines"])
@pytest.mark.parametrize("before", [b"", b"rule;name\n", b"rule,name\nignore,Z\xfcrich\n"])
def test_what_is_appended_is_read_again(before, name, tmp_path):
    data = append_row(before, RULE_COLUMNS, {"rule": "ignore", "name": name})
    (tmp_path / "rules.csv").write_bytes(data)
    rows, _ = load_rows(tmp_path / "rules.csv", ["rule", "name"])
    assert (rows[-1]["rule"], rows[-1]["name"]) == ("ignore", name.replace("\n", " "))


@pytest.mark.parametrize(
    ("before", "row", "fault"),
    [
        (b"rule,name\n", {"rule": "means", "name": "IS", "record": "actor:isis"}, "the header lacks record"),
        (b"", {"rule": "ignore", "name": "=HYPERLINK(A1)"}, "a spreadsheet would take it for a formula"),
        (b"name,rule\n", {"rule": "ignore", "name": "#Nice"}, "a line that begins with # is for people"),
    ],
)
def test_a_row_that_the_file_cannot_hold_is_refused(before, row, fault):
    with pytest.raises(AuthorityError, match=fault):
        append_row(before, RULE_COLUMNS, row)


def test_a_negative_number_is_no_formula():
    row = {"id": "place:x", "latitude": "-33.9", "longitude": "18.4"}
    assert append_row(b"", ["id", "latitude", "longitude"], row).endswith(b"place:x,-33.9,18.4\n")
