# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measurement of settings requests without Ansible.

Usage: C(in_process.py MODE CONCURRENCY). The output is JSON. MODE is one of:

- C(module): collection functions.
- C(urllib3), C(http.client): the same requests with this library only.
- C(profile): processor time of collection functions by library.
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

# Import the same collection as Ansible.
sys.path[:0] = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)

from ansible_collections.webex.calling.plugins.module_utils._auth import StaticToken  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils._call_recording import (  # noqa: E402
    read_all,
    read_settings,
)
from ansible_collections.webex.calling.plugins.module_utils._client import WebexClient  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils._http import Connection  # noqa: E402
from ansible_collections.webex.calling.plugins.module_utils._members import select  # noqa: E402

API_URL = os.environ["WEBEX_API_URL"]
TOKEN = os.environ["WEBEX_ACCESS_TOKEN"]
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}

#: Parts of file paths and their libraries. The first match applies.
LIBRARIES = (
    ("ansible_collections/webex", "webex.calling"),
    ("/requests/", "requests"),
    ("/urllib3/", "urllib3"),
    ("/http/", "http.client and email"),
    ("/email/", "http.client and email"),
)
SOCKET_FUNCTIONS = ("'sendall'", "'recv_into'", "'recv'", "'poll'")


def main(mode: str, concurrency: int) -> dict[str, Any]:
    with WebexClient(Connection(api_url=API_URL, concurrency=concurrency), StaticToken(TOKEN)) as client:
        lines = select(client, {"allow_missing": False}, identify=True).members
        if mode == "profile":
            return _profile(lambda: [read_settings(client, line) for line in lines])
        began, cpu_began = time.monotonic(), time.process_time()
        if mode == "module":
            if any(result.error for result in read_all(client, lines)):
                sys.exit("Cannot read a line.")
        else:
            urls = [
                f"{API_URL}/telephony/config/virtualLines/{quote(line['id'], safe='')}/callRecording" for line in lines
            ]
            _in_threads(urls, _urllib3(concurrency) if mode == "urllib3" else _http_client, concurrency)
        return {
            "seconds": time.monotonic() - began,
            "cpu_ms_per_line": (time.process_time() - cpu_began) / len(lines) * 1000,
        }


def _urllib3(concurrency: int) -> Callable[[], Callable[[str], bytes]]:
    pools = urllib3.PoolManager(maxsize=concurrency, block=True)
    return lambda: lambda url: pools.request("GET", url, headers=HEADERS, retries=False).data


def _http_client() -> Callable[[str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(API_URL).netloc)

    def get(url: str) -> bytes:
        connection.request("GET", urlsplit(url).path, headers=HEADERS)
        return connection.getresponse().read()

    return get


def _in_threads(urls: list[str], create_get: Callable[[], Callable[[str], bytes]], concurrency: int) -> None:
    remaining = iter(urls)
    lock = threading.Lock()

    def work() -> None:
        get = create_get()
        while True:
            with lock:
                url = next(remaining, None)
            if url is None:
                return
            json.loads(get(url))["record"]

    threads = [threading.Thread(target=work) for _each in range(concurrency)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _profile(act: Callable[[], Any]) -> dict[str, Any]:
    """Return the processor time share of each library. Built-in functions count for their callers."""
    profile = cProfile.Profile(time.process_time)
    profile.runcall(act)
    shares: dict[str, float] = {}
    for (file, _line, name), (_calls, _all, own, _with_others, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if any(each in name for each in SOCKET_FUNCTIONS):
            shares["sending and receiving"] = shares.get("sending and receiving", 0) + own
        elif file == "~" and callers:
            for (caller_file, _caller_line, _caller), caller_times in callers.items():
                library = _library(caller_file)
                shares[library] = shares.get(library, 0) + caller_times[2]
        else:
            shares[_library(file)] = shares.get(_library(file), 0) + own
    total = sum(shares.values())
    return {library: share / total for library, share in sorted(shares.items(), key=lambda item: -item[1])}


def _library(file: str) -> str:
    return next((library for part, library in LIBRARIES if part in file), "the rest of Python's standard library")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))  # noqa: T201
