"""Adressevælger and Datafordeler as they answer, in the shapes their public documentation and clients show.

They know three houses: two of one name in different towns, and one with a village. Nothing but the right key is served.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from services.routing.tests.support.recorded import RecordedService

KEY = "kun-paa-serveren"
HOLKVEJ, SKOLEVEJ_AARHUS, SKOLEVEJ_RANDERS = (
    "0a3f50c0-6cda-32b8-e044-0003ba298018",
    "0a3f5096-6d1a-32b8-e044-0003ba298018",
    "0a3f50c0-7ab1-32b8-e044-0003ba298018",
)
HOUSES = {
    HOLKVEJ: ("Holkvej", "11", "Mellerup", "8930", "Randers NØ", 574370.0, 6265111.0),
    SKOLEVEJ_AARHUS: ("Skolevej", "3B", None, "8200", "Aarhus N", 573500.5, 6227200.25),
    SKOLEVEJ_RANDERS: ("Skolevej", "3B", None, "8930", "Randers NØ", 570000.0, 6260000.0),
}


def name_of(house_id: str) -> str:
    street, number, village, code, city, *_ = HOUSES[house_id]
    return ", ".join(part for part in (f"{street} {number}", village, f"{code} {city}") if part)


class _Service(RecordedService):
    def __init__(self, folder: Path) -> None:
        (folder / "none.json").write_text("[]")
        super().__init__(folder / "none.json")
        self.said: object = None  # what comes with ``failing``

    def answer(self, method, target, body):
        self.asked.append(target)
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if self.failing is not None:
            return self.failing, self.said
        if KEY not in query.values():
            return 401, {"status": "fejl", "beskrivelse": "ukendt token"}
        return self.reply(url.path, query, body)


class AdressevaelgerStub(_Service):
    def reply(self, path, query, _body):
        if path == "/husnumre/soeg":
            return 200, {"status": "ok", "beskrivelse": "", "fund": self._found(query["tekst"], int(query["maksimum"]))}
        house_id = path.rpartition("/")[2]
        if house_id not in HOUSES:
            return 404, {"status": "fejl", "beskrivelse": "husnummer findes ikke"}
        return 200, {"status": "ok", "husnummer": self._detail(house_id)}

    def _found(self, text, limit):
        """In stages: a street alone is narrowed by its postal codes first."""
        street, _, rest = text.partition(" ")
        houses = [one for one in HOUSES if HOUSES[one][0].casefold().startswith(street.casefold())]
        if not any(char.isdigit() for char in rest):
            return [self._street(one) for one in houses][:limit]
        code = rest.rpartition(", ")[2][:4]
        return [self._house(one) for one in houses if code in (HOUSES[one][3], rest[:4])][:limit] or [
            self._house(one) for one in houses
        ][:limit]

    def _street(self, house_id):
        street, _, _, code, city, *_ = HOUSES[house_id]
        return {
            "type": "navngivenvejpostnummer",
            "id": "83a1b9a3-185d-4596-ad9a-e7587dd14474",
            "titel": f"{street} {code} {city}",
            "vejnavn": street,
            "postnr": code,
            "postdistrikt": city,
        }

    def _house(self, house_id):
        street, number, *_ = HOUSES[house_id]
        return {
            "type": "husnummer",
            "id": house_id,
            "titel": name_of(house_id),
            "vejnavn": street,
            "husnummer": number,
        }

    def _detail(self, house_id):
        street, number, village, code, city, x, y = HOUSES[house_id]
        return {
            "id_lokalid": house_id,
            "husnummertekst": number,
            "vejnavn": street,
            "adgangspunkt": {"geometri": {"type": "Point", "coordinates": [x, y]}, "koordinater": {"x": x, "y": y}},
            "postnummer": {"navn": city, "postnr": code},
            "supplerendebynavn": {"navn": village} if village else None,
        }


class DatafordelerStub(_Service):
    def reply(self, path, _query, body):
        assert path == "/DAR/v1"
        variables = body["variables"]
        assert variables["at"] == "2026-03-02T12:00:00Z"
        for name, value in variables.items():
            assert f"${name}: " in body["query"], name
            assert value is not None
        if "text" in variables:
            return 200, {"data": {"DAR_Husnummer": {"nodes": self._beginning(variables["text"], variables["most"])}}}
        if "point" in variables:
            return 200, {"data": self._around(variables)}
        known = variables["id"] in HOUSES
        return 200, {"data": {"DAR_Husnummer": {"nodes": [self._house(variables["id"])] if known else []}}}

    def _beginning(self, text, most):
        named = [one for one in HOUSES if name_of(one).startswith(text)]
        return [{"id_lokalId": one, "adgangsadressebetegnelse": name_of(one)} for one in named][:most]

    def _house(self, house_id):
        return {
            "id_lokalId": house_id,
            "husnummertekst": HOUSES[house_id][1],
            "adgangspunkt": f"punkt {house_id}",
            "navngivenVej": f"vej {house_id}",
            "postnummer": f"post {house_id}",
            "supplerendeBynavn": f"by {house_id}" if HOUSES[house_id][2] else None,
        }

    def _around(self, variables):
        house_id = variables["point"].partition(" ")[2]
        street, _, village, code, city, x, y = HOUSES[house_id]
        found = {
            "point": {"position": {"wkt": f"POINT ({x} {y})"}},
            "road": {"vejnavn": street},
            "code": {"postnr": code, "navn": city},
            "village": {"navn": village},
        }
        return {name: {"nodes": [node] if variables[name] else []} for name, node in found.items()}
