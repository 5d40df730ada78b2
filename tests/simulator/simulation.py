# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that one running simulator holds. Both listeners and the control interface share it."""

from __future__ import annotations

import time
from collections.abc import Callable

from .faults import Faults
from .limits import Limiter
from .log import RequestLog
from .settings import Settings
from .state import State
from .state_file import Loaded


class Simulation:
    """:param load: makes the state to begin with, at the start and at each reset."""

    def __init__(self, load: Callable[[], Loaded], settings: Settings, log: RequestLog) -> None:
        self._load = load
        self._first_settings = settings
        self.log = log
        self.started = time.time()
        self.state: State
        self.faults: Faults
        self._begin()

    def reset(self) -> None:
        """As it was at the start, the log included."""
        self.log.clear()
        self._begin()

    def _begin(self) -> None:
        loaded = self._load()
        self.state = loaded.state
        self.faults = Faults(loaded.faults)
        self.settings = self._first_settings

    @property
    def settings(self) -> Settings:
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.limiter = Limiter(settings.limit) if settings.limit else None
