# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What reading costs without Ansible around it, and what of it is whose.

Usage: in_process.py WHAT CONCURRENCY. Prints JSON. WHAT is C(module) for the collection's own functions, C(urllib3) or
C(http.client) for loops that send the same requests with these alone, or C(profile) for where the first of them spends
its processor time.
"""

from __future__ import annotations

import cProfile
import http.client
import json
import os
import pstats
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import urllib3

# Where Ansible finds the collection, modules find each other.
sys.path[:0] = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)

from ansible_collections.webex.calling.plugins.module_utils.auth import GivenToken  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils.call_recording import read, read_all  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils.client import Connection, WebexClient  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils.virtual_lines import select  # noqa: E402

API_URL = os.environ["WEBEX_API_URL"]
TOKEN = os.environ["WEBEX_ACCESS_TOKEN"]
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}

#: Whose a file is, by what is in its path; the first that fits.
OWNERS = (
    ("ansible_collections/webex", "webex.calling"),
    ("/requests/", "requests"),
    ("/urllib3/", "urllib3"),
    ("/http/", "http.client and email"),
    ("/email/", "http.client and email"),
)
SENDING = ("'sendall'", "'recv_into'", "'recv'", "'poll'")


def main(what: str, concurrency: int) -> dict[str, Any]:
    with WebexClient(Connection(api_url=API_URL, concurrency=concurrency), GivenToken(TOKEN)) as client:
        lines = select(client, {"allow_missing": False}, identify=True).lines
        if what == "profile":
            return _profile(lambda: [read(client, line) for line in lines])
        began, cpu_began = time.monotonic(), time.process_time()
        if what == "module":
            if any(reading.error for reading in read_all(client, lines)):
                sys.exit("A line could not be read.")
        else:
            paths = [
                f"{urlsplit(API_URL).path}/telephony/config/virtualLines/{quote(line['id'], safe='')}/callRecording"
                for line in lines
            ]
            _in_threads(paths, _urllib3(concurrency) if what == "urllib3" else _http_client, concurrency)
        return {
            "seconds": time.monotonic() - began,
            "cpu_ms_per_line": (time.process_time() - cpu_began) / len(lines) * 1000,
        }


def _urllib3(concurrency: int) -> Callable[[], Callable[[str], bytes]]:
    url = urlsplit(API_URL)
    pool = urllib3.HTTPConnectionPool(url.hostname or "", url.port, maxsize=concurrency, block=True)
    return lambda: lambda path: pool.urlopen("GET", path, headers=HEADERS, retries=False).data


def _http_client() -> Callable[[str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(API_URL).netloc)

    def get(path: str) -> bytes:
        connection.request("GET", path, headers=HEADERS)
        return connection.getresponse().read()

    return get


def _in_threads(paths: list[str], getter: Callable[[], Callable[[str], bytes]], concurrency: int) -> None:
    waiting = iter(paths)
    taking = threading.Lock()

    def work() -> None:
        get = getter()
        while True:
            with taking:
                path = next(waiting, None)
            if path is None:
                return
            json.loads(get(path))["record"]

    threads = [threading.Thread(target=work) for _each in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _profile(act: Callable[[], Any]) -> dict[str, Any]:
    """The share of each owner in processor time; what is built in counts for who calls it."""
    profile = cProfile.Profile(time.process_time)
    profile.runcall(act)
    shares: dict[str, float] = {}
    for (file, _line, name), (_calls, _all, own, _with_others, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if any(each in name for each in SENDING):
            shares["sending and receiving"] = shares.get("sending and receiving", 0) + own
        elif file == "~" and callers:
            for (caller_file, _caller_line, _caller), caller_times in callers.items():
                owner = _owner(caller_file)
                shares[owner] = shares.get(owner, 0) + caller_times[2]
        else:
            shares[_owner(file)] = shares.get(_owner(file), 0) + own
    total = sum(shares.values())
    return {owner: share / total for owner, share in sorted(shares.items(), key=lambda item: -item[1])}


def _owner(file: str) -> str:
    return next((owner for part, owner in OWNERS if part in file), "the rest of Python's standard library")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))  # noqa: T201
