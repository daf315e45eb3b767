"""The route requests whose answers are the examples of the contract, by the example's name."""

from services.routing.tests.support.tiny_map import address_id

HOME, HARBOUR, CHURCH = (
    address_id(*house)
    for house in (("Nørre Allé", "12 B", "Vestø"), ("Strandvej", "7", "Vestø"), ("Kirkevej", "4", "Østø"))
)
REQUESTS = {
    "one-leg-by-road": [{"address_id": HOME, "text": None}, {"address_id": HARBOUR, "text": None}],
    "there-and-back-with-a-ferry": [
        {"address_id": HOME, "text": None},
        {"address_id": None, "text": "Kirkevej 4, 9991 Østø"},
        {"address_id": HOME, "text": None},
    ],
    "unknown-address": [{"address_id": HOME, "text": None}, {"address_id": None, "text": "Ukendt Vej 3"}],
    "ambiguous-address": [{"address_id": None, "text": "Strandvej 3"}, {"address_id": CHURCH, "text": None}],
    "no-route": [{"address_id": HOME, "text": None}, {"address_id": None, "text": "Alenevej 1, 9992 Enø"}],
    "no-road-near": [{"address_id": None, "text": "Klitten 1"}, {"address_id": HOME, "text": None}],
}
