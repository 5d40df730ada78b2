# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request log, with which tests check client requests. The log contains no tokens and no secrets."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

# Entries use the monotonic clock because changes of the system time would distort concurrency figures.
_EPOCH = time.time() - time.monotonic()


@dataclass(slots=True)
class LogEntry:
    """Log entry for one request; C(status) is None if the simulator did not send a response."""

    method: str
    path: str
    query: str
    scheme: str
    connection: int
    arrived: float = field(default_factory=time.monotonic)
    number: int = 0
    authorization: str | None = None
    token: str | None = None
    tracking_id: str | None = None
    user_agent: str | None = None
    body: Any = None
    fault: int | None = None
    status: int | None = None
    seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "time": round(self.arrived + _EPOCH, 6),
            "seconds": None if self.seconds is None else round(self.seconds, 6),
            "scheme": self.scheme,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
            "authorization": self.authorization,
            "token": self.token,
            "tracking_id": self.tracking_id,
            "user_agent": self.user_agent,
            "connection": self.connection,
            "fault": self.fault,
            "body": self.body,
        }


class RequestLog:
    """Log of recent requests.

    :param size: maximum number of log entries. The log only counts older requests.
    :param file: log file to which the log appends one JSON line per completed request.
    """

    def __init__(self, size: int, file: Path | None = None) -> None:
        self._entries: deque[LogEntry] = deque(maxlen=size)
        self._total = 0
        self._file = file.open("a", encoding="utf-8", errors="backslashreplace", buffering=1) if file else None

    def begin(self, entry: LogEntry) -> None:
        self._total += 1
        entry.number = self._total
        self._entries.append(entry)

    def end(self, entry: LogEntry) -> None:
        entry.seconds = time.monotonic() - entry.arrived
        if self._file:
            self._file.write(json.dumps(entry.as_dict(), ensure_ascii=False) + "\n")

    def clear(self) -> None:
        self._entries.clear()
        self._total = 0

    def report(self, filters: Mapping[str, str], *, counts_only: bool) -> dict[str, Any]:
        """Return statistics of the requests that match all filters, and the requests unless C(counts_only) is set.

        :param filters: values by filter name. C(path) matches any part of the encoded or decoded path. All other
            filters match the whole value.
        """
        entries = [entry for entry in self._entries if _matches(entry, filters)]
        report: dict[str, Any] = {
            "count": len(entries),
            "by_status": _count("none" if entry.status is None else str(entry.status) for entry in entries),
            "by_token": _count(entry.token or "none" for entry in entries),
            "connections": len({entry.connection for entry in entries}),
            "peak_concurrency": _peak_concurrency(entries),
            "logged": len(self._entries),
            "dropped": self._total - len(self._entries),
        }
        if not counts_only:
            report["requests"] = [entry.as_dict() for entry in entries]
        return report


#: Names of supported filters.
FILTERS = frozenset({"path", "method", "status", "token", "connection", "fault", "tracking_id"})


def _matches(entry: LogEntry, filters: Mapping[str, str]) -> bool:
    for name, wanted in filters.items():
        value = getattr(entry, name)
        if name == "path":
            if wanted not in value and wanted not in unquote(value):
                return False
        elif wanted != ("none" if value is None else str(value)):
            return False
    return True


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _peak_concurrency(entries: list[LogEntry]) -> int:
    """Return the maximum number of parallel requests."""
    now = time.monotonic()
    steps = [(entry.arrived, 1) for entry in entries]
    steps += [(now if entry.seconds is None else entry.arrived + entry.seconds, -1) for entry in entries]
    active = peak = 0
    for _second, step in sorted(steps):
        active += step
        peak = max(peak, active)
    return peak
