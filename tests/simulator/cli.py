# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .certificate import make_certificate
from .generate import generate
from .log import RequestLog
from .models import complaints
from .server import Listener, listen, serve
from .settings import Settings
from .simulation import Simulation
from .state_file import DEFAULT_FILE, Loaded, StateFileError, load

_DESCRIPTION = """\
A stand-in for the Webex API, to try playbooks and run tests against. It knows nothing of the real Webex,
and its tokens are good for nothing else."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.lines is None and (options.locations is not None or options.seed is not None):
        parser.error("--locations and --seed are for a generated organization: give --lines too")
    if options.lines is not None and options.state is not None:
        parser.error("give --state or --lines, not both")
    try:
        settings = _settings(options)
    except ValidationError as error:
        parser.error("; ".join(complaints(error)))
    try:
        log = RequestLog(options.log_size, options.log_file)
        simulation = Simulation(_source(options), settings, log)
        with tempfile.TemporaryDirectory(prefix="webex-simulator-") as folder:
            _run(options, simulation, Path(folder))
    except (StateFileError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=_DESCRIPTION)
    where = parser.add_argument_group("where it listens")
    where.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    where.add_argument("--port", type=_port, default=0, help="for HTTP; 0, the default, takes a free one")
    where.add_argument("--https-port", type=_port, help="for HTTPS beside it; 0 takes a free one; default: no HTTPS")

    what = parser.add_argument_group("what it serves (default: the small organization of default.yml)")
    what.add_argument("--state", type=Path, metavar="FILE", help="a state file (YAML)")
    what.add_argument("--lines", type=_positive, metavar="N", help="generate an organization of N virtual lines")
    what.add_argument("--locations", type=_positive, metavar="N", help="in so many locations (default: 8)")
    what.add_argument("--seed", type=int, metavar="N", help="another organization for each number (default: 1)")

    how = parser.add_argument_group("how it behaves")
    how.add_argument("--latency", type=float, metavar="SECONDS", default=0, help="each request takes so much longer")
    how.add_argument(
        "--limit", metavar="REQUESTS/SECONDS", type=_rate, help="rate limit of an organization, like 300/60"
    )
    how.add_argument("--limit-style", choices=["fixed_window", "token_bucket"], default="fixed_window")
    how.add_argument("--limit-burst", type=_positive, metavar="N", help="how much a token bucket holds")
    how.add_argument("--limit-no-retry-after", action="store_true", help="429 without Retry-After")
    how.add_argument("--page-ceiling", type=int, metavar="N", default=1000, help="most lines on a page (default: 1000)")
    how.add_argument("--name-matching", choices=["whole", "part"], default="whole", help="of the list's name filters")
    how.add_argument(
        "--write", choices=["replace", "merge"], default="replace", help="what a PUT does (default: replace)"
    )
    how.add_argument("--drop", metavar="KEY", action="append", default=[], help="a PUT forgets this setting silently")

    around = parser.add_argument_group("around it")
    around.add_argument("--ready-file", type=Path, metavar="FILE", help="written when ready: JSON with pid and URLs")
    around.add_argument("--log-file", type=Path, metavar="FILE", help="append each request as a line of JSON")
    around.add_argument(
        "--log-size", type=_positive, metavar="N", default=200_000, help="requests kept (default: 200000)"
    )
    around.add_argument("--stop-after", type=float, metavar="SECONDS", help="end by itself")
    return parser


def _source(options: argparse.Namespace) -> Callable[[], Loaded]:
    if options.lines is None:
        return lambda: load(options.state or DEFAULT_FILE)
    seed = 1 if options.seed is None else options.seed
    return lambda: generate(load(DEFAULT_FILE), options.lines, options.locations or 8, seed)


def _settings(options: argparse.Namespace) -> Settings:
    limit: dict[str, Any] | None = None
    if options.limit is not None:
        requests, seconds = options.limit
        limit = {
            "style": options.limit_style,
            "requests": requests,
            "seconds": seconds,
            "burst": options.limit_burst,
            "retry_after": not options.limit_no_retry_after,
        }
    names = ("latency", "page_ceiling", "name_matching", "write", "drop")
    return Settings.model_validate({"limit": limit, **{name: getattr(options, name) for name in names}})


def _run(options: argparse.Namespace, simulation: Simulation, folder: Path) -> None:
    listeners = [Listener(listen(options.host, options.port))]
    urls = {
        "api_url": f"{_origin('http', options.host, listeners[0])}/v1",
        "https_api_url": None,
        "ca_path": None,
    }
    if options.https_port is not None:
        ca_path, certificate = make_certificate(options.host, folder)
        listeners.append(Listener(listen(options.host, options.https_port), certificate))
        urls["https_api_url"] = f"{_origin('https', options.host, listeners[1])}/v1"
        urls["ca_path"] = str(ca_path)
    urls["control_url"] = f"{_origin('http', options.host, listeners[0])}/_simulator"

    def ready() -> None:
        _tell(simulation, urls)
        if options.ready_file:
            _write_atomically(options.ready_file, json.dumps({"pid": os.getpid(), **urls}))

    _event_loop_runner()(serve(simulation, listeners, ready, options.stop_after))


def _event_loop_runner() -> Callable[[Any], None]:
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def _origin(scheme: str, host: str, listener: Listener) -> str:
    port = listener.socket.getsockname()[1]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _tell(simulation: Simulation, urls: dict[str, str | None]) -> None:
    served = ", ".join(
        f"{org.name} ({len(org.lines)} virtual lines)" for org in simulation.state.organizations.values()
    )
    print("The Webex simulator is ready.")
    print(f"  API      {urls['api_url']}")
    if urls["https_api_url"]:
        print(f"  HTTPS    {urls['https_api_url']} (trust {urls['ca_path']})")
    print(f"  control  {urls['control_url']}")
    print(f"  serves   {served}")
    token = next((token for token in simulation.state.tokens.values() if not token.expired), None)
    if token is not None:
        url = f"{urls['api_url']}/telephony/config/virtualLines"
        print(f"  try      curl -H 'Authorization: Bearer {token.token}' {url}")
    print("Ctrl+C stops it.", flush=True)


def _write_atomically(path: Path, content: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)


def _port(text: str) -> int:
    return _number_in(text, 0, 65535)


def _positive(text: str) -> int:
    return _number_in(text, 1, 10_000_000)


def _number_in(text: str, least: int, most: int) -> int:
    number = int(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
    return number


def _rate(text: str) -> tuple[int, float]:
    match = re.fullmatch(r"([0-9]+)/([0-9.]+)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form REQUESTS/SECONDS, like 300/60")
    return int(match[1]), float(match[2])
