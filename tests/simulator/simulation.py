# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State of a running simulator, which both listeners and the control interface share."""

from __future__ import annotations

import time
from collections.abc import Callable

from .faults import Faults
from .rate_limit import RateLimiter
from .request_log import RequestLog
from .settings import Settings
from .state import State
from .state_file import LoadedState


class Simulation:
    """Running simulation: organizations, faults, settings, rate limits, and request log.

    :param load: function that returns the initial state. The simulation calls it at the start and at each reset.
    """

    def __init__(self, load: Callable[[], LoadedState], settings: Settings, log: RequestLog) -> None:
        self._load = load
        self._initial_settings = settings
        self.log = log
        self.started = time.time()
        self.state: State
        self.faults: Faults
        self._load_initial_state()

    def reset(self) -> None:
        """Restore the initial state, and clear the request log."""
        self.log.clear()
        self._load_initial_state()

    def _load_initial_state(self) -> None:
        loaded = self._load()
        self.state = loaded.state
        self.faults = Faults(loaded.faults)
        self.settings = self._initial_settings

    @property
    def settings(self) -> Settings:
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.limiter = RateLimiter(settings.limit) if settings.limit else None
