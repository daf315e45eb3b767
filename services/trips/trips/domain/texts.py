"""The sentences of the domain in Danish and English: why a figure is what it is, and why a trip cannot be measured."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from trips.domain import events as e
from trips.domain.deduction import COMMUTE, Deduction
from trips.domain.figures import exact_kilometres, kilometres, kroner

Words = Mapping[str, str]
"""A sentence by language: ``da`` and ``en``."""

_REASONS: Mapping[str, Words] = {
    "policy_none": {
        "da": "I enheden trækkes kørsel mellem hjem og arbejde ikke fra.",
        "en": "The unit does not deduct commuting.",
    },
    "without_extra": {
        "da": "Turen er indberettet uden merkørsel, så der trækkes ikke fra.",
        "en": "The trip is reported without extra distance, so nothing is deducted.",
    },
    "no_home_end": {
        "da": "Turen hverken starter eller slutter hjemme, så der trækkes ikke fra.",
        "en": "The trip neither starts nor ends at home, so nothing is deducted.",
    },
    "home_unknown": {
        "da": "Hjemmeadressen kan ikke findes på kortet, så kørsel mellem hjem og arbejde er ikke trukket fra. Det skal der tages stilling til ved godkendelsen.",
        "en": "The home address cannot be found on the map, so commuting is not deducted. That must be decided on at the approval.",
    },
    "work_unknown": {
        "da": "Arbejdsadressen kan ikke findes på kortet, så kørsel mellem hjem og arbejde er ikke trukket fra. Det skal der tages stilling til ved godkendelsen.",
        "en": "The work address cannot be found on the map, so commuting is not deducted. That must be decided on at the approval.",
    },
    "home_work_not_measured": {
        "da": "Der findes ingen vej mellem hjem og arbejde på kortet, så kørsel mellem dem er ikke trukket fra. Det skal der tages stilling til ved godkendelsen.",
        "en": "There is no road between home and work on the map, so commuting is not deducted. That must be decided on at the approval.",
    },
}

_DAY_REASONS: Mapping[str, Words] = {
    "day_outward": {
        "da": "Dagens kørsel fra hjem til arbejde ({home_work}) trækkes fra på den første tur, der starter hjemme.",
        "en": "The day's commute from home to work ({home_work}) is deducted from the first trip that starts at home.",
    },
    "day_homeward": {
        "da": "Dagens kørsel fra arbejde til hjem ({home_work}) trækkes fra på den sidste tur, der slutter hjemme.",
        "en": "The day's commute from work to home ({home_work}) is deducted from the last trip that ends at home.",
    },
    "day_both": {
        "da": "Dagens kørsel mellem hjem og arbejde ({home_work} hver vej) trækkes fra på denne tur.",
        "en": "The day's commute between home and work ({home_work} each way) is deducted from this trip.",
    },
    "day_rest": {
        "da": "Dagens ture hjemmefra og hjem er kortere end kørslen mellem hjem og arbejde ({home_work} hver vej). Resten trækkes fra her.",
        "en": "The day's trips from and to home are shorter than the commute ({home_work} each way). The rest is deducted here.",
    },
    "day_elsewhere": {
        "da": "Dagens kørsel mellem hjem og arbejde trækkes fra på en anden tur.",
        "en": "The day's commute is deducted from another trip.",
    },
    "shorter_from_work": {
        "da": "Turen er kortere fra arbejdspladsen end hjemmefra. Forskellen trækkes fra.",
        "en": "The trip is shorter from the workplace than from home. The difference is deducted.",
    },
    "not_longer_than_from_work": {
        "da": "Turen er ikke længere, end den ville være fra arbejdspladsen, så der trækkes ikke fra.",
        "en": "The trip is no longer than it would be from the workplace, so nothing is deducted.",
    },
    "measured_from_work": {
        "da": "Turen er målt fra og til arbejdspladsen i stedet for hjemmet.",
        "en": "The trip is measured from and to the workplace in place of home.",
    },
    "border": {
        "da": "Efter firekilometerreglen trækkes afstanden fra hjemmet til kommunegrænsen fra for hver ende hjemme.",
        "en": "By the four-kilometre rule the distance from home to the municipal border is deducted for each end at home.",
    },
    "four_km": {
        "da": "Efter firekilometerreglen trækkes op til fire kilometer om dagen fra.",
        "en": "By the four-kilometre rule up to four kilometres a day are deducted.",
    },
    "four_km_used": {
        "da": "Dagens fire kilometer er allerede trukket fra, eller der er ikke mere at trække dem fra.",
        "en": "The day's four kilometres have been deducted already, or nothing is left to deduct them from.",
    },
    "sixty_day_unpaid": {
        "da": "Der er kørt mellem hjemmet og arbejdspladsen i mere end 60 dage inden for 12 måneder (60-dages-reglen). Den del af turen er privat og betales ikke.",
        "en": "Home and the workplace have been driven between on more than 60 days within 12 months (the 60-day rule). That part of the trip is private and is not paid.",
    },
    "sixty_day_taxable": {
        "da": "Der er kørt mellem hjemmet og arbejdspladsen i mere end 60 dage inden for 12 måneder (60-dages-reglen). Den del af turen betales som skattepligtig løn.",
        "en": "Home and the workplace have been driven between on more than 60 days within 12 months (the 60-day rule). That part of the trip is paid as taxable wages.",
    },
}

_UNTOLD: Words = {
    "da": "Fradrag efter kommunens egen regel.",
    "en": "Deducted by the municipality's own rule.",
}

_SUBMITTED: Mapping[str, Words] = {
    e.REPORTED: {
        "da": "Sendt til godkendelse: {net} til udbetaling.",
        "en": "Sent for approval: {net} to be paid.",
    },
    e.DAY_CHANGED: {
        "da": "Beregnet igen, fordi dagens ture har ændret sig. Sendt til godkendelse: {net} til udbetaling.",
        "en": "Calculated again, because the trips of the day have changed. Sent for approval: {net} to be paid.",
    },
    e.HOME_PROTECTED: {
        "da": "Sendt til godkendelse igen uden bopælens adresse, som nu er beskyttet: {net} til udbetaling.",
        "en": "Sent for approval again without the address of the home, which is protected now: {net} to be paid.",
    },
    e.COUNT_CHANGED: {
        "da": "Beregnet igen, fordi dagene efter 60-dages-reglen er talt om. Sendt til godkendelse: {net} til udbetaling.",
        "en": "Calculated again, because the days under the 60-day rule are counted anew. Sent for approval: {net} to be paid.",
    },
}

_QUESTIONED: Words = {
    "da": "Turen er udbetalt, men dagene efter 60-dages-reglen er siden talt om. Lønkontoret skal se på den.",
    "en": "The trip is paid, but the days under the 60-day rule have been counted anew since. Payroll must look at it.",
}

_RECKONED_LATER: Words = {
    "da": "Den udgave af turen, der er udbetalt, gælder. Den nyere beregning bortfalder.",
    "en": "The trip stands as it was paid. The newer calculation is dropped.",
}

_STANDS: Mapping[str, Words] = {
    e.REPORTED: {
        "da": "Den udgave af turen, der er udbetalt, gælder. Det, der siden blev rettet, bortfalder.",
        "en": "The trip stands as it was paid. What was changed since is dropped.",
    },
    e.DAY_CHANGED: _RECKONED_LATER,
    e.COUNT_CHANGED: _RECKONED_LATER,
    e.HOME_PROTECTED: {
        "da": "Den udgave af turen, der er udbetalt, gælder.",
        "en": "The trip stands as it was paid.",
    },
}
"""By why there is a later revision; the first of these where there are several."""

_HOME_ENDS: Mapping[int, Words] = {
    1: {
        "da": "Turen starter eller slutter hjemme. Afstanden mellem hjem og arbejde ({home_work}) trækkes fra én gang.",
        "en": "The trip starts or ends at home. The distance between home and work ({home_work}) is deducted once.",
    },
    2: {
        "da": "Turen både starter og slutter hjemme. Afstanden mellem hjem og arbejde ({home_work}) trækkes fra for hver af de to ender.",
        "en": "The trip both starts and ends at home. The distance between home and work ({home_work}) is deducted for each of the two ends.",
    },
}

_WHOLE_TRIP: Words = {
    "da": " Turen er kortere end det, så hele turen trækkes fra.",
    "en": " The trip is shorter than that, so all of it is deducted.",
}

_ALL_IT_CAN: Words = {
    "da": " Turen kan højst bære {metres}, så mere trækkes ikke fra her.",
    "en": " The trip can bear {metres} at most, so no more is deducted here.",
}

_REST_ELSEWHERE: Words = {
    "da": " Her trækkes {metres} fra, og resten på en anden af dagens ture.",
    "en": " {metres} are deducted here, and the rest from another trip of the day.",
}

_ALL_ELSEWHERE: Words = {
    "da": " Den er trukket fra på en anden af dagens ture.",
    "en": " It is deducted from another trip of the day.",
}

_OF_NO_HOME = frozenset({"policy_none", "without_extra", "work_unknown"})
"""Reasons that do not rest on where home is."""

_ALTERNATIVE_HOME: Words = {
    "da": " Hjem er her den anden bopæl, der er angivet i profilen.",
    "en": " Home is here the alternative home set in the profile.",
}

_WAYS: Mapping[str, int] = {"day_outward": 1, "day_homeward": 1, "day_both": 2}
"""How many times the commute a trip of a driving day carries."""

_REPORTED: Mapping[bool, Words] = {
    False: {"da": "Indberettet. Ruten måles.", "en": "Reported. The route is being measured."},
    True: {"da": "Rettet. Ruten måles.", "en": "Changed. The route is being measured."},
}
"""By whether it was reported before."""

_WITHDRAWN: Mapping[bool, Words] = {
    False: {"da": "Trukket tilbage.", "en": "Withdrawn."},
    True: {"da": "Taget tilbage fra godkendelse for at blive rettet.", "en": "Taken back from approval to be changed."},
}
"""By whether it is reported anew."""

_FAILURES: Mapping[str, Words] = {
    "unknown_address": {
        "da": "Adressen findes ikke: {point}.",
        "en": "The address does not exist: {point}.",
    },
    "ambiguous_address": {
        "da": "Der er flere adresser, der passer til: {point}. Skriv også postnummer og by.",
        "en": "Several addresses fit: {point}. Add the postal code and town.",
    },
    "outside_area": {
        "da": "Adressen ligger uden for kortet: {point}.",
        "en": "The address is outside the map: {point}.",
    },
    "no_road_near": {
        "da": "Der er ingen vej i nærheden af: {point}.",
        "en": "There is no road near: {point}.",
    },
    "no_route": {
        "da": "Der kan ikke køres i bil mellem adresserne.",
        "en": "One cannot drive by car between the addresses.",
    },
    "round_trip_closed_path": {
        "da": "En tur, der både starter og slutter hjemme, kan ikke også være tur/retur.",
        "en": "A trip that both starts and ends at home cannot be a round trip as well.",
    },
}

_OTHER_FAILURE: Words = {
    "da": "Ruten kan ikke måles.",
    "en": "The route cannot be measured.",
}


def reason_in_words(line: Deduction, *, alternative_home: bool = False, is_used_up: bool = False) -> Words:
    """Why ``line`` has the figure it has; ``alternative_home``: the home it speaks of is one its driver has set;
    ``is_used_up``: nothing of the trip is left to deduct from.
    """
    words = _reason(line, is_used_up=is_used_up)
    if line.name != COMMUTE or line.reason in _OF_NO_HOME or line.da or line.en or not alternative_home:
        return words
    return {language: sentence + _ALTERNATIVE_HOME[language] for language, sentence in words.items()}


def reasons_of(quote: e.Quote) -> list[Words]:
    """Why each line of the quote has the figure it has, in their order."""
    is_used_up = sum(line.metres for line in quote.deductions) >= quote.gross_m
    return [
        reason_in_words(line, alternative_home=quote.alternative_home, is_used_up=is_used_up)
        for line in quote.deductions
    ]


def _reason(line: Deduction, *, is_used_up: bool) -> Words:
    own = {"da": line.da or _UNTOLD["da"], "en": line.en or line.da or _UNTOLD["en"]}
    fixed = own if line.da or line.en else _REASONS.get(line.reason)
    if fixed is not None:
        return fixed
    sentence = _DAY_REASONS.get(line.reason) or _HOME_ENDS.get(line.home_ends, _UNTOLD)
    tail = _tail(line, is_used_up=is_used_up)
    said = exact_kilometres if _times(line) > 1 else kilometres
    return {
        language: (text + tail[language]).format(
            home_work=said(line.home_work_m or 0, language), metres=kilometres(line.metres, language)
        )
        for language, text in sentence.items()
    }


def _tail(line: Deduction, *, is_used_up: bool) -> Words:
    """That the trip does not carry all that its reason speaks of."""
    if line.reason == "whole_trip":
        return _WHOLE_TRIP
    if line.metres >= (line.home_work_m or 0) * _WAYS.get(line.reason, 0):
        return {"da": "", "en": ""}
    if is_used_up:
        return _ALL_IT_CAN
    return _REST_ELSEWHERE if line.metres else _ALL_ELSEWHERE


def _times(line: Deduction) -> int:
    """How often the reason counts the commute it names."""
    return 2 if line.reason == "day_rest" else _WAYS.get(line.reason, line.home_ends)


def count_in_words(count: e.SixtyDay) -> Words:
    """Which of the 60 days a trip is."""
    since = count.window_from
    return {
        "da": f"Dag {count.day_number} af 60 mellem hjem og arbejdspladsen siden {since:%d.%m.%Y}.",
        "en": f"Day {count.day_number} of 60 between home and the workplace since {since.day} {since:%B} {since.year}.",
    }


def failure_in_words(code: str, point: str | None) -> Words:
    """Why a route cannot be measured; ``point`` is the address at fault as it was typed."""
    sentence = _FAILURES.get(code, _OTHER_FAILURE)
    return {language: text.format(point=point or "?") for language, text in sentence.items()}


def happened_in_words(  # noqa: PLR0911 a case for each event
    event: object, point: str | None, later: Collection[str] = ()
) -> Words:
    """What an event of a trip's stream means; ``point`` is the address at fault where a route cannot be measured,
    ``later`` why there are revisions after the one that was paid.
    """
    match event:
        case e.TripReported():
            return _REPORTED[event.revision > 1]
        case e.TripSubmitted(quote=quote, cause=cause):
            words = _SUBMITTED.get(cause, _SUBMITTED[e.REPORTED])
            return _in_both(words["da"], words["en"], net=quote.net_m)
        case e.TripWithdrawn(amended=amended):
            return _WITHDRAWN[amended]
        case e.SettledTripQuestioned():
            return _QUESTIONED
        case e.PaidRevisionStands():
            return next((words for cause, words in _STANDS.items() if cause in later), _STANDS[e.REPORTED])
        case e.TripNotMeasurable(code=code):
            return failure_in_words(code, point)
        case e.TripApproved():
            return {"da": "Godkendt." + _quoted(event.comment), "en": "Approved." + _quoted(event.comment)}
        case e.TripRejected():
            return {"da": "Afvist." + _quoted(event.comment), "en": "Rejected." + _quoted(event.comment)}
        case e.TripSettled():
            return _settled_in_words(event)
    message = f"{type(event).__name__} is no event of a trip"
    raise TypeError(message)


def _settled_in_words(event: e.TripSettled) -> Words:
    sentences = {
        "da": "Overført til løn for {period}: {net} × {rate} pr. km = {amount}",
        "en": "Sent to payroll for {period}: {net} × {rate} per km = {amount}",
    }
    return {
        language: sentence.format(
            period=event.period,
            net=kilometres(event.net_m, language),
            rate=kroner(event.oere_per_km, language),
            amount=kroner(event.amount_oere, language),
        )
        for language, sentence in sentences.items()
    }


def _in_both(da: str, en: str, *, net: int) -> Words:
    return {"da": da.format(net=kilometres(net, "da")), "en": en.format(net=kilometres(net, "en"))}


def _quoted(comment: str | None) -> str:
    return f" “{comment}”" if comment else ""
