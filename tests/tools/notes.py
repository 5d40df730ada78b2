# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notes of sessions about what they skipped, for the summary of `make test`."""

from __future__ import annotations

from pathlib import Path

NOTES = Path(__file__).parents[2] / ".nox" / "notes.txt"


def note(session: str, text: str) -> None:
    """Print a note, and keep it for the summary."""
    NOTES.parent.mkdir(exist_ok=True)
    with NOTES.open("a", encoding="utf-8") as file:
        file.write(f"{session}: {text}\n")
    print(f"skipped: {session}: {text}", flush=True)


def all_notes() -> list[str]:
    """Return the notes of all sessions, each once."""
    return list(dict.fromkeys(NOTES.read_text(encoding="utf-8").splitlines())) if NOTES.exists() else []


def forget_notes() -> None:
    """Delete the notes of an earlier run."""
    NOTES.unlink(missing_ok=True)
