"""A fresh machine gets what it lacks, or a sentence that says what to install."""

from __future__ import annotations

import os
import subprocess

import pytest

from chromium import find_chromium

ANSWERS = {
    "a browser": "echo Chromium 156.0",
    "Ubuntu's stub": "echo 'requires the chromium snap to be installed' >&2; exit 1",
    "a snap": "echo Chromium 156.0 snap",
}


def command(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def make_venv(tmp_path, repository):
    """Ask make for a virtual environment where the given scripts are the only Pythons."""

    def make(**pythons: str) -> subprocess.CompletedProcess[str]:
        for name, script in pythons.items():
            command(tmp_path / name, script)
        venv = tmp_path / "venv"
        return subprocess.run(
            ["make", f"VENV={venv}", f"PYTHONS={' '.join(pythons)}", f"{venv}/bin/python"],
            cwd=repository,
            env={"PATH": f"{tmp_path}:{os.defpath}"},
            capture_output=True,
            text=True,
            check=False,
        )

    return make


OLD = "exit 1"
BARE = """case "$*" in *ensurepip*) exit 1;; esac"""
WHOLE = 'case "$*" in *--version*) echo Python 3.12;; *"-m venv"*) mkdir -p "$4/bin"; touch "$4/bin/python";; esac'
ECHO = 'case "$*" in *--version*) echo Python 3.12;; *"-m venv"*) echo "$@";; esac'


def test_the_first_python_that_can_make_an_environment_makes_it(make_venv):
    made = make_venv(python9=OLD, python8=BARE, python7=WHOLE)
    assert made.returncode == 0
    assert "with Python 3.12" in made.stdout


def test_what_lies_in_a_folder_that_the_environment_links_to_is_not_cleared(make_venv, tmp_path):
    venv = tmp_path / "venv"
    assert f"-m venv --clear {venv}\n" in make_venv(python7=ECHO).stdout
    (tmp_path / "shared").mkdir()
    venv.symlink_to("shared")
    assert f"-m venv {venv}\n" in make_venv(python7=ECHO).stdout


def test_a_python_without_venv_is_told_with_the_package_to_install(make_venv):
    refused = make_venv(python9=OLD, python8=BARE)
    assert refused.returncode != 0
    assert "python8 has no venv module: apt-get install python8-venv" in refused.stderr


def test_a_machine_without_a_recent_python_is_told_so(make_venv):
    refused = make_venv(python9=OLD)
    assert refused.returncode != 0
    assert "needs Python 3.11 or later" in refused.stderr


@pytest.mark.parametrize(
    ("first", "found"),
    [("a browser", "chromium"), ("Ubuntu's stub", "google-chrome"), ("a snap", "google-chrome")],
)
def test_a_chromium_is_taken_only_when_it_starts_and_can_read_our_folders(first, found, tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    command(tmp_path / "chromium", ANSWERS[first])
    command(tmp_path / "google-chrome", ANSWERS["a browser"])
    assert find_chromium() == str(tmp_path / found)


def test_the_chromium_that_the_environment_names_comes_before_all_others(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    command(tmp_path / "chromium", ANSWERS["a browser"])
    named = command(tmp_path / "mine", ANSWERS["a browser"])
    monkeypatch.setenv("CHROMIUM", named)
    assert find_chromium() == named


def test_a_chromium_that_is_named_but_missing_is_not_replaced_in_silence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    command(tmp_path / "chromium", ANSWERS["a browser"])
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    assert find_chromium() is None


def test_without_any_chromium_none_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert find_chromium() is None


def test_the_chromium_that_playwright_installed_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    folder = tmp_path / "chromium-1200" / "chrome-linux"
    folder.mkdir(parents=True)
    command(folder / "chrome", ANSWERS["a browser"])
    assert find_chromium() == str(folder / "chrome")
