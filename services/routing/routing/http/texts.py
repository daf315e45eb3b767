"""What the pages say."""

TEXTS = {
    "da": {
        "addresses.title": "Find en adresse",
        "addresses.label": "Vej og husnummer, eventuelt postnummer eller by",
        "addresses.search": "Søg",
        "addresses.none": "Ingen adresser passer til det skrevne. Prøv med vejnavnet alene.",
        "addresses.found": "Adresser, der passer",
        "addresses.choose": "Vælg en adresse for at bruge den i indberetningen.",
        "addresses.back": "Tilbage uden at vælge",
        "addresses.source": "Adresser og veje: © OpenStreetMap-bidragydere",
        "error.engine_unavailable": "Adresser kan ikke findes lige nu. Prøv igen om lidt.",
    },
    "en": {
        "addresses.title": "Find an address",
        "addresses.label": "Street and house number, and postal code or town if you like",
        "addresses.search": "Search",
        "addresses.none": "No address fits what you wrote. Try the street name alone.",
        "addresses.found": "Addresses that fit",
        "addresses.choose": "Choose an address to use it in your report.",
        "addresses.back": "Back without choosing",
        "addresses.source": "Addresses and roads: © OpenStreetMap contributors",
        "error.engine_unavailable": "Addresses cannot be found right now. Try again in a while.",
    },
}
