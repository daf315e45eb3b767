"""The phone app's three calls, answered as the predecessor's server did: also what is wrong, in its shape and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from chassis.clock import local_date
from chassis.errors import ServiceError, Unavailable
from chassis.http import ANYONE, Bytes, Reply, Route
from chassis.http.answers import Answer
from chassis.store import Context, UnitOfWork, reading
from trips import facts
from trips.application.reporting import ReportTrip, report_trip
from trips.bootstrap import TripsApp
from trips.commutes import ways_to_work
from trips.domain import trip as trips
from trips.domain.settings import terms_on
from trips.http.actions import TripsCall
from trips.phone import logins, protocol
from trips.phone.logins import Login
from trips.phone.protocol import DUPLICATE, NO_TOKEN, NOT_SAVED, NOT_THEIRS, UNKNOWN, WRONG_LOGIN, Job, Unusable
from trips.profiles import profile_of

BASE = "/trips/app"
REFUSED, UNAUTHORISED, BUSY = 400, 401, 503
TRY_AGAIN_S = 5
_MESSAGES = {
    UNKNOWN: "Forespørgslen kan ikke læses.",
    NO_TOKEN: "Du er ikke længere logget ind.",
    NOT_SAVED: "Indberetningen kunne ikke gemmes: {why}",
    NOT_THEIRS: "Indberetningen hører ikke til dit login.",
    WRONG_LOGIN: "Brugernavn eller adgangskode er forkert, eller der er prøvet for mange gange.",
    DUPLICATE: "Indberetningen er allerede modtaget.",
}
_TRY_LATER = "Mange logger ind lige nu. Prøv igen lidt senere."
_STATUS = {UNKNOWN: REFUSED, NOT_SAVED: REFUSED, DUPLICATE: 200}
_SENTENCES = {
    "purpose_missing": "formål mangler",
    "date_in_future": "datoen er i fremtiden",
    "too_old": "turen er for gammel",
    "plate_missing": "taksten kræver en nummerplade; tilføj den under Min profil",
    "employment_not_active": "ansættelsen gælder ikke på datoen",
    "four_km_not_allowed": "firekilometerreglen kan ikke bruges i enheden",
}


class _Sent(Schema):
    """What a phone sends; whatever else is in it is not looked at."""

    def load(self, data: Any, **more: Any) -> Any:
        return super().load(data, **{**more, "unknown": EXCLUDE})


class SignIn(_Sent):
    user_name = fields.Raw(load_default="", allow_none=True, data_key="UserName")
    password = fields.Raw(load_default="", allow_none=True, data_key="Password")


class Token(_Sent):
    token = fields.Raw(load_default="", allow_none=True, data_key="GuId")


class Sent(_Sent):
    report = fields.Raw(load_default=None, allow_none=True, data_key="DriveReport")
    authorization = fields.Raw(load_default=None, allow_none=True, data_key="Authorization")


def sign_in(call: TripsCall) -> Answer:
    user_name, password = call.body["user_name"], call.body["password"]
    if not isinstance(user_name, str) or not isinstance(password, str) or not user_name or not password:
        return _wrong(UNKNOWN)
    try:
        found = logins.sign_in(call.app.store.engine, user_name, password, call.app.clock())
    except Unavailable:
        later = {"ErrorMessage": _TRY_LATER, "ErrorCode": UNKNOWN}
        return Reply(later, BUSY, {"Retry-After": str(TRY_AGAIN_S)})
    return _wrong(WRONG_LOGIN) if found is None else Reply(_user_info(call.app, *found))


def user_info(call: TripsCall) -> Answer:
    token = call.body["token"]
    if not isinstance(token, str) or not token:
        return _wrong(UNKNOWN)
    login = logins.holder(call.app.store.engine, token, call.app.clock())
    return _wrong(NO_TOKEN) if login is None else Reply(_user_info(call.app, login, token))


def take_report(call: TripsCall) -> Answer:
    """A trip the phone measured, once. The answer is empty, as the phone expects."""
    sent, given = call.body["report"], call.body["authorization"]
    if not isinstance(sent, Mapping) or not isinstance(given, Mapping):
        return _wrong(UNKNOWN)
    login = logins.holder(call.app.store.engine, str(given.get("GuId") or ""), call.app.clock())
    if login is None:
        return _wrong(NO_TOKEN)
    if str(sent.get("ProfileId")) not in (str(protocol.number_of(login.person_id)), login.person_id):
        return _wrong(NOT_THEIRS)
    try:
        fresh = _report(call, login, sent)
    except Unusable as fault:
        return _wrong(fault.code, str(fault))
    except ServiceError as refusal:
        return _wrong(NOT_SAVED, _why(refusal))
    return Bytes(b"", "application/json") if fresh else _wrong(DUPLICATE)


def _report(call: TripsCall, login: Login, sent: Mapping[str, Any]) -> bool:
    """Whether the trip is new. One that is there already is left as it is, whatever the phone says of it now."""
    app: TripsApp = call.app
    trip_id, day = protocol.trip_id_of(sent, login.person_id), protocol.day_of(sent)
    plate = profile_of(app.store, login.person_id).favourites.primary_plate

    def work(uow: UnitOfWork) -> bool:
        known = uow.load(trips.stream_of(trip_id), trips.evolve, trips.NO_TRIP).state.reported
        if known is not None and known.person_id == login.person_id:
            return False
        jobs = [one.employment_id for one in facts.employments_of(uow.conn, login.person_id)]
        rates = [one.rate_type for one in facts.rates_on(uow.conn, day)]
        report_trip(uow, app.rules, ReportTrip(trip_id, login.person_id, protocol.report_of(sent, jobs, rates, plate)))
        return True

    context = Context(login.person_id, correlation_id=call.correlation_id)
    return bool(app.store.execute(context, work).value)


def _user_info(app: TripsApp, login: Login, token: str) -> dict[str, Any]:
    today = local_date(app.clock())
    ways = ways_to_work(app, login.person_id, today)
    jobs = [
        Job(
            way.employment,
            way.place.org_unit_id,
            terms_on(today, way.place.settings, app.rules.otherwise).four_km_allowed,
        )
        for way in ways
    ]
    with reading(app.store.engine) as conn:
        rates = facts.rates_on(conn, today)
    home = next((way.home_at for way in ways if way.home_at is not None), None)
    return protocol.user_info(login, token, home, jobs, rates, today)


def _wrong(code: int, why: str = "") -> Reply:
    message = _MESSAGES[code].format(why=why)
    return Reply({"ErrorMessage": message, "ErrorCode": code}, _STATUS.get(code, UNAUTHORISED))


def _why(refusal: ServiceError) -> str:
    codes = [code for codes in refusal.details.get("errors", {}).values() for code in codes]
    return ", ".join(_SENTENCES.get(code, code) for code in codes) or refusal.code


API = (
    Route("POST", f"{BASE}/auth", sign_in, access=ANYONE, summary="Sign in with the phone app", body=SignIn),
    Route("POST", f"{BASE}/userinfo", user_info, access=ANYONE, summary="What the phone must know", body=Token),
    Route("POST", f"{BASE}/report", take_report, access=ANYONE, summary="A trip the phone measured", body=Sent),
)
