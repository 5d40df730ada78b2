# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notes about skipped checks and tests, for the summary of `make test`."""

from __future__ import annotations

from pathlib import Path

NOTES = Path(__file__).parents[2] / ".nox" / "notes.txt"


def note(session: str, text: str) -> None:
    """Print a note, and store the note for the summary."""
    NOTES.parent.mkdir(exist_ok=True)
    with NOTES.open("a", encoding="utf-8") as file:
        file.write(f"{session}: {text}\n")
    print(f"skipped: {session}: {text}", flush=True)


def all_notes() -> list[str]:
    """Return the notes from all sessions without duplicates."""
    return list(dict.fromkeys(NOTES.read_text(encoding="utf-8").splitlines())) if NOTES.exists() else []


def forget_notes() -> None:
    """Delete the notes from earlier runs."""
    NOTES.unlink(missing_ok=True)
