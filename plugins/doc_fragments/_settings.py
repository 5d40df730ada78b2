# Copyright (c) 2026, The webex.calling contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

#: Settings that only people have.
_ONLY_PEOPLE = """\
      start_stop_announcement_enabled:
        description:
          - Whether to play an announcement when recording starts and stops. Older setting, which Webex may return
            beside O(settings.start_stop_announcement) or in its place.
          - Only people have this setting. If it is given, the task fails for any other kind before the first change.
        type: bool
      call_recording_access_settings:
        description:
          - Access of the person to recordings.
          - Only people have these settings. If they are given, the task fails for any other kind before the first
            change.
          - Webex does not document that these settings can be changed.
        type: dict
        suboptions:
          view_and_play_recordings_enabled:
            description: Whether the person can view and play recordings.
            type: bool
          download_recordings_enabled:
            description: Whether the person can download recordings.
            type: bool
          delete_recordings_enabled:
            description: Whether the person can delete recordings.
            type: bool
          share_recordings_enabled:
            description: Whether the person can share recordings.
            type: bool
"""


class ModuleDocFragment:
    """Documentation fragment for the option C(settings) in C(settings_arguments)."""

    DOCUMENTATION = r"""
options:
  settings:
    description:
      - Settings to apply, with the same names and values as in the results. At least one setting must be given.
        Settings that are not given stay unchanged.
      - The filter P(webex.calling.call_recording_settings#filter) converts settings that were read.
    type: dict
    required: true
    suboptions:
      enabled:
        description: Whether to enable call recording. O(settings.record) determines which calls are recorded.
        type: bool
      record:
        description:
          - Calls to record.
          - The setting has no effect while O(settings.enabled) is V(false). The module warns if recording stays
            disabled, unless O(settings.enabled=false) is given.
          - V(Always) - all incoming and outgoing calls, except for calls that
            O(settings.selective_call_recording_settings) leaves out. The user has no control over the recording.
          - V(Never) - no calls.
          - V(Always with Pause/Resume) - the same calls as V(Always). The user can pause and resume the recording, but
            not stop it.
          - V(On Demand with User Initiated Start) - calls from the moment when the user enters C(*44). The user can
            pause, resume, and stop the recording.
          - V(On Demand) - an older value that some organizations still have.
        type: str
        choices:
          - Always
          - Never
          - Always with Pause/Resume
          - On Demand with User Initiated Start
          - On Demand
      record_voicemail_enabled:
        description: Whether to record voicemail messages as well.
        type: bool
      notification:
        description: Notification that is played when the user pauses or resumes the recording.
        type: dict
        suboptions:
          type:
            description:
              - Type of the notification.
              - Webex changes the type V(None) of an enabled notification to V(Beep). A change fails if the settings
                would combine V(None), or no type, with O(settings.notification.enabled=true).
              - If the current notification has this combination, and O(settings.notification) is not given, the module
                does not send the notification.
            type: str
            choices:
              - None
              - Beep
              - Play Announcement
          enabled:
            description: Whether to play the notification.
            type: bool
      repeat:
        description: Beep that is repeated during a recorded call.
        type: dict
        suboptions:
          interval:
            description: Time between two beeps in seconds, from 10 to 1800.
            type: int
          enabled:
            description: Whether to play the beep.
            type: bool
      start_stop_announcement:
        description: Calls in which an announcement is played when recording starts and stops.
        type: dict
        suboptions:
          internal_calls_enabled:
            description: Whether to play the announcement in calls within the organization.
            type: bool
          pstn_calls_enabled:
            description: Whether to play the announcement in calls from and to the public telephone network.
            type: bool
      selective_call_recording_settings:
        description:
          - Types of calls to record.
          - These settings have an effect only while O(settings.record) is V(Always) or V(Always with Pause/Resume). The
            module warns if they have no effect.
          - If there are no selective settings yet, all four of them are required. The change fails if some are missing.
        type: dict
        suboptions:
          record_inbound_internal_calls_enabled:
            description: Whether to record incoming calls from within the organization.
            type: bool
          record_inbound_external_calls_enabled:
            description: Whether to record incoming calls from outside the organization.
            type: bool
          record_outbound_internal_calls_enabled:
            description: Whether to record outgoing calls within the organization.
            type: bool
          record_outbound_external_calls_enabled:
            description: Whether to record outgoing calls to outside the organization.
            type: bool
"""


# The sanity test yamllint accepts only literals in the class.
ModuleDocFragment.MEMBERS = ModuleDocFragment.DOCUMENTATION + _ONLY_PEOPLE  # type: ignore[attr-defined]
