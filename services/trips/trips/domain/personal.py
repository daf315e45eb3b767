"""What of a trip is about the person who drove it: sealed on the log, and readable until they are erased."""

from __future__ import annotations

from chassis.store.sealing import ERASED, PersonalFields

_ASKED = {"address_id": None, "text": ERASED}
_PLACE = {"address_id": ERASED, "text": ERASED, "lon_e6": 0, "lat_e6": 0}
_REPORT = {
    "report/purpose": ERASED,
    "report/points": [_ASKED, _ASKED],
    "report/licence_plate": ERASED,
    "report/remark": ERASED,
}
_COMMENT = PersonalFields("person_id", {"comment": ERASED})

_NAMED = PersonalFields("person_id", {"name": ERASED, "address": _ASKED})

PERSONAL = {
    "trip-reported": PersonalFields("person_id", _REPORT),
    "trip-submitted": PersonalFields("person_id", {**_REPORT, "quote/points": [_PLACE, _PLACE]}),
    "paid-revision-stands": PersonalFields("person_id", {**_REPORT, "quote/points": [_PLACE, _PLACE]}),
    "trip-not-measurable": PersonalFields("person_id", {"detail": ERASED}),
    "trip-approved": _COMMENT,
    "trip-rejected": _COMMENT,
    "route-requested": PersonalFields("person_id", {"points": [_ASKED, _ASKED]}),
    "route-measured": PersonalFields("person_id", {"points": [_PLACE, _PLACE]}),
    "route-failed": PersonalFields("person_id", {"detail": ERASED}),
    "drive-recorded": PersonalFields("person_id", {"home_legs/*/text": ERASED}),
    "day-registered": PersonalFields("person_id", {"leg/text": ERASED}),
    "workplace-spent": PersonalFields("person_id", {"leg/text": ERASED}),
    "profile-entry-added": PersonalFields("person_id", {"address": _ASKED}),
    "plate-added": PersonalFields("person_id", {"plate": ERASED, "description": ERASED}),
    "personal-address-saved": _NAMED,
    "route-saved": PersonalFields("person_id", {"name": ERASED, "points": [_ASKED, _ASKED], "purpose": ERASED}),
}
"""By event type; an event from before its ``person_id`` was stored is left as it is."""
