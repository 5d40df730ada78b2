# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line interface of the simulator."""

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
from .generate import Sizes, generate
from .models import validation_messages
from .request_log import RequestLog
from .server import Listener, listen, serve
from .settings import Settings
from .simulation import Simulation
from .state_file import DEFAULT_FILE, LoadedState, StateFileError, load

_run_in_event_loop: Callable[[Any], None]
try:
    from uvloop import run as _run_in_event_loop
except ImportError:
    _run_in_event_loop = asyncio.run

_DESCRIPTION = """\
Simulator of the Webex API for trying out playbooks and for tests. The simulator never connects to Webex,
and its tokens are only valid for the simulator."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulator, and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    generator_options = (options.locations, options.seed, options.not_recordable)
    if not _generates(options) and any(option is not None for option in generator_options):
        parser.error(
            "--locations, --seed, and --not-recordable require a generated organization: give --lines too, "
            "or --people or --workspaces"
        )
    if _generates(options) and options.state is not None:
        parser.error("give --state, or --lines, --people, or --workspaces, not both")
    try:
        settings = _settings(options)
    except ValidationError as error:
        parser.error("; ".join(validation_messages(error)))
    try:
        log = RequestLog(options.log_size, options.log_file)
        simulation = Simulation(_state_loader(options), settings, log)
        with tempfile.TemporaryDirectory(prefix="webex-simulator-") as folder:
            _run(options, simulation, Path(folder))
    except (StateFileError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=_DESCRIPTION)
    network = parser.add_argument_group("network")
    network.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    network.add_argument("--port", type=_port, default=0, help="HTTP port; 0, the default, selects a free port")
    network.add_argument(
        "--https-port", type=_port, help="additional HTTPS port; 0 selects a free port; default: no HTTPS"
    )

    organization = parser.add_argument_group("organization (default: default.yml)")
    organization.add_argument("--state", type=Path, metavar="FILE", help="state file (YAML)")
    organization.add_argument(
        "--lines", type=_positive, metavar="N", help="generate an organization with N virtual lines"
    )
    organization.add_argument("--people", type=_positive, metavar="N", help="generate N people")
    organization.add_argument("--workspaces", type=_positive, metavar="N", help="generate N workspaces")
    organization.add_argument(
        "--not-recordable",
        type=_percentage,
        metavar="PERCENT",
        help="percentage of generated members without call recording settings (default: 0)",
    )
    organization.add_argument(
        "--locations", type=_positive, metavar="N", help="number of generated locations (default: 8)"
    )
    organization.add_argument("--seed", type=int, metavar="N", help="seed of the generator (default: 1)")

    behavior = parser.add_argument_group("behavior")
    behavior.add_argument(
        "--latency", type=float, metavar="SECONDS", default=0, help="additional time for each API request"
    )
    behavior.add_argument(
        "--limit", metavar="REQUESTS/SECONDS", type=_rate, help="rate limit per organization, such as 300/60"
    )
    behavior.add_argument("--limit-style", choices=["fixed_window", "token_bucket"], default="fixed_window")
    behavior.add_argument("--limit-burst", type=_positive, metavar="N", help="capacity of the token bucket")
    behavior.add_argument("--limit-no-retry-after", action="store_true", help="send 429 without Retry-After")
    behavior.add_argument(
        "--page-ceiling", type=int, metavar="N", default=1000, help="maximum lines or numbers per page (default: 1000)"
    )
    behavior.add_argument(
        "--list-position",
        choices=["start", "ignored", "cursor"],
        default="start",
        help="parameter with the position in lists",
    )
    behavior.add_argument(
        "--long-location-ids",
        choices=["accepted", "refused"],
        default="accepted",
        help="handling of locationId with more than 36 characters in the list of numbers (default: accepted)",
    )
    behavior.add_argument(
        "--name-matching", choices=["whole", "exact", "part"], default="whole", help="matching of name filters"
    )
    behavior.add_argument(
        "--write",
        choices=["replace", "merge"],
        default="replace",
        help="handling of settings that a PUT leaves out (default: replace)",
    )
    behavior.add_argument(
        "--drop", metavar="KEY", action="append", default=[], help="setting that a PUT silently ignores"
    )

    behavior.add_argument(
        "--off-alone", action="store_true", help="refuse other settings beside enabled: false (400, code 4410)"
    )
    behavior.add_argument(
        "--reset-on-disable", action="store_true", help="reset other settings when recording is switched off"
    )
    behavior.add_argument(
        "--strict-fields", action="store_true", help="refuse undocumented and read-only settings (400, code 25024)"
    )
    behavior.add_argument(
        "--complete-selective", action="store_true", help="refuse some selective settings alone (400, code 25008)"
    )
    behavior.add_argument(
        "--unassigned",
        choices=["refused", "off"],
        default="refused",
        help="response to reading a line without the service (default: refused)",
    )
    behavior.add_argument(
        "--recording-service",
        choices=["available", "refused", "not_found"],
        default="available",
        help="response to requests for the recording service, which Webex for Government does not have: 403 or 404 "
        "(default: available)",
    )
    behavior.add_argument(
        "--terms-of-service-url", metavar="URL", help="refuse to enable recording with these terms; can be empty"
    )

    process = parser.add_argument_group("process and log")
    process.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="JSON file with pid and URLs, written when ready"
    )
    process.add_argument("--log-file", type=Path, metavar="FILE", help="append each request as one line of JSON")
    process.add_argument(
        "--log-size",
        type=_positive,
        metavar="N",
        default=200_000,
        help="maximum number of requests in the log (default: 200000)",
    )
    process.add_argument("--stop-after", type=float, metavar="SECONDS", help="stop after this time")
    return parser


def _state_loader(options: argparse.Namespace) -> Callable[[], LoadedState]:
    if not _generates(options):
        return lambda: load(options.state or DEFAULT_FILE)
    sizes = Sizes(options.lines or 0, options.people or 0, options.workspaces or 0, options.locations or 8)
    seed = 1 if options.seed is None else options.seed
    return lambda: generate(load(DEFAULT_FILE), sizes, seed, options.not_recordable or 0)


def _generates(options: argparse.Namespace) -> bool:
    return any(size is not None for size in (options.lines, options.people, options.workspaces))


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
    names = [name for name in Settings.model_fields if name != "limit"]
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
        _print_summary(simulation, urls)
        if options.ready_file:
            _write_atomically(options.ready_file, json.dumps({"pid": os.getpid(), **urls}))

    _run_in_event_loop(serve(simulation, listeners, ready, options.stop_after))


def _origin(scheme: str, host: str, listener: Listener) -> str:
    port = listener.socket.getsockname()[1]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _print_summary(simulation: Simulation, urls: dict[str, str | None]) -> None:
    organizations = ", ".join(
        f"{org.name} ({len(org.lines)} virtual lines, {len(org.people)} people, {len(org.workspaces)} workspaces)"
        for org in simulation.state.organizations.values()
    )
    print("The Webex simulator is ready.")
    print(f"  API      {urls['api_url']}")
    if urls["https_api_url"]:
        print(f"  HTTPS    {urls['https_api_url']} (trust {urls['ca_path']})")
    print(f"  control  {urls['control_url']}")
    print(f"  serves   {organizations}")
    token = next((token for token in simulation.state.tokens.values() if not token.expired), None)
    if token is not None:
        url = f"{urls['api_url']}/telephony/config/virtualLines"
        print(f"  try      curl -H 'Authorization: Bearer {token.token}' {url}")
    print("Press Ctrl+C to stop.", flush=True)


def _write_atomically(path: Path, content: str) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(path)


def _port(text: str) -> int:
    return _integer_between(text, 0, 65535)


def _positive(text: str) -> int:
    return _integer_between(text, 1, 10_000_000)


def _percentage(text: str) -> int:
    return _integer_between(text, 0, 100)


def _integer_between(text: str, minimum: int, maximum: int) -> int:
    number = int(text)
    if not minimum <= number <= maximum:
        raise argparse.ArgumentTypeError(f"{number} is not between {minimum} and {maximum}")
    return number


def _rate(text: str) -> tuple[int, float]:
    match = re.fullmatch(r"([0-9]+)/([0-9.]+)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} does not have the format REQUESTS/SECONDS, such as 300/60")
    return int(match[1]), float(match[2])
