# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Headless Chromium from the optional Debian packages chromium and chromium-driver."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Programs that browser tests and pictures need. Without them, sessions skip these steps and print a note.
PROGRAMS = ("chromium", "chromedriver")


def browser_missing() -> str | None:
    """Return a message with the missing programs, or None if the browser is installed."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed" if missing else None


@contextmanager
def open_browser() -> Iterator[Any]:
    """Yield a browser with a temporary profile. C(get_log("browser")) returns the console messages."""
    from selenium import webdriver  # Sessions without a browser do not need selenium.

    chromium, driver = (shutil.which(program) for program in PROGRAMS)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        for argument in (
            *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
            *("--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}"),
            # Chromium as root does not start with a sandbox.
            *(("--no-sandbox",) if os.geteuid() == 0 else ()),
        ):
            options.add_argument(argument)
        opened = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            yield opened
        finally:
            opened.quit()
