"""The Chromium that the browser tests drive: found on the machine, or installed when told to.

As a script it makes sure that there is one and prints its path: `python tests/chromium.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
DRIVER_LIBRARY = "libatomic1"  # what Playwright's driver needs and a bare Debian or Ubuntu lacks
DRIVER_ADVICE = f"Playwright's driver does not start: apt-get install {DRIVER_LIBRARY}, then make test again"
ADVICE = "no Chromium was found or could be installed: install one, or set CHROMIUM to its path"


def find_chromium() -> str | None:
    """Return the path of a Chromium that starts, the one that the environment names before all others."""
    return next(filter(starts, candidates()), None)


def candidates() -> Iterator[str]:
    """Yield what may be a Chromium, the likeliest first."""
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield from sorted(map(str, playwright_browsers().glob("chromium-*/chrome-linux*/chrome")), reverse=True)


def playwright_browsers() -> Path:
    """Return the folder into which Playwright installs its browsers."""
    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")


def starts(executable: str) -> bool:
    """Tell whether a browser answers; Ubuntu's stub asks for a snap, and a snap cannot read our folders."""
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and "snap" not in answer.stdout


def driver_starts() -> bool:
    """Tell whether Playwright's own program runs on this machine: it brings all but one library."""
    asked = subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def install_driver_library() -> None:
    """Install what the driver needs, where that may be done."""
    root = as_root()
    if root is not None and shutil.which("apt-get"):
        install_packages(root, DRIVER_LIBRARY)


def install_packages(root: list[str], *packages: str) -> None:
    """Install packages with apt-get."""
    run(*root, "apt-get", "-qq", "update")
    run(*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "-y", *packages)


def install_chromium() -> None:
    """Install Debian's package where that may be done, Playwright's own Chromium otherwise."""
    root = as_root()
    if root is not None and is_debian():
        install_packages(root, "chromium")
    if find_chromium() is None:
        system_libraries = [] if root is None else ["--with-deps"]
        run(sys.executable, "-m", "playwright", "install", *system_libraries, "chromium")


def as_root() -> list[str] | None:
    """Return what to put before a command of the system's administrator; None: we may not be one."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    sudo = ["sudo", "--non-interactive"]
    asked = subprocess.run([*sudo, "true"], capture_output=True, check=False)
    return sudo if asked.returncode == 0 else None


def is_debian() -> bool:
    """Tell whether this is Debian itself: Ubuntu's package of the same name is a stub."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def run(*command: str) -> None:
    """Run a command, its words kept off our standard output, its failure left to the next attempt."""
    subprocess.run(command, stdout=sys.stderr, check=False)


def main() -> int:
    """Print the path of a Chromium, installing it, and what drives it, where they are missing."""
    if not driver_starts():
        install_driver_library()
    if not driver_starts():
        print(DRIVER_ADVICE, file=sys.stderr)
        return 1
    if find_chromium() is None and "CHROMIUM" not in os.environ:
        print("Installing a Chromium for the tests", file=sys.stderr)
        install_chromium()
    found = find_chromium()
    print(found or ADVICE, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    raise SystemExit(main())
