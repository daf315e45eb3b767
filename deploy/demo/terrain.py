"""The lay of the land of Havnby Kommune: drawn by hand here; everything else of the map is computed from it.

The municipality lies in open water in the Kattegat, where there is no real address, and its postal codes are
ones the post does not use. Points are whole metres east and north of the origin.
"""

from dataclasses import dataclass

Point = tuple[int, int]

ORIGIN_LON = 11.10
ORIGIN_LAT = 56.25


@dataclass(frozen=True)
class Place:
    """A town or village: a turned grid of streets around its centre.

    `rows` and `columns` name the streets, the middle one of each being the main street; `block_m` is the
    distance between two of them. `quay` is where its ferries land.
    """

    name: str
    city: str
    postal_code: str
    land: str
    centre: Point
    block_m: int
    turn_degrees: int
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    speed_kmh: int = 50
    house_every_m: int = 30
    quay: Point | None = None
    quay_road: str | None = None


@dataclass(frozen=True)
class CountryRoad:
    """A road whose houses belong to its first place; `bend_m` is how far it strays from the straight line."""

    name: str
    start: str
    end: str
    kind: str
    speed_kmh: int
    bend_m: int


@dataclass(frozen=True)
class Ferry:
    """A car ferry between the quays of two places; `bend_m` as for a road."""

    name: str
    start: str
    end: str
    minutes: int
    bend_m: int


MAINLAND, SANDOE, MAASHOLM, FJERNOE = "Havnbyland", "Sandø", "Måsholm", "Fjernø"

PLACES = (
    Place(
        name="Havnby",
        city="Havnby",
        postal_code="8594",
        land=MAINLAND,
        centre=(12_400, 6_000),
        block_m=165,
        turn_degrees=7,
        rows=(
            "Søndre Ringgade",
            "Bødkerstræde",
            "Skipper Klints Gade",
            "Algade",
            "Kirkestræde",
            "Sankt Olafs Gade",
            "Nordvold",
        ),
        columns=(
            "Vestvold",
            "Møllegade",
            "Lindeallé",
            "Latinerstræde",
            "Rådhusgade",
            "Torvegade",
            "Smedestræde",
            "Toldbodgade",
            "Strandpromenaden",
        ),
        house_every_m=32,
        quay=(14_050, 6_150),
        quay_road="Færgekajen",
    ),
    Place(
        name="Nordbyen",
        city="Havnby",
        postal_code="8594",
        land=MAINLAND,
        centre=(11_700, 7_800),
        block_m=120,
        turn_degrees=-18,
        rows=("Lærkevænget", "Viben", "Solsortevej", "Gøgeurten"),
        columns=("Ærenprisvej", "Kløverbakken", "Rønnebærparken", "Åkandevej", "Øtoften"),
        speed_kmh=30,
        house_every_m=26,
    ),
    Place(
        name="Kornsø",
        city="Kornsø",
        postal_code="8595",
        land=MAINLAND,
        centre=(3_900, 8_700),
        block_m=150,
        turn_degrees=22,
        rows=("Søvej", "Kornsø Hovedgade", "Gadekæret"),
        columns=("Kirkevej", "Degnebakken", "Åløkken"),
    ),
    Place(
        name="Æblerup",
        city="Æblerup",
        postal_code="8595",
        land=MAINLAND,
        centre=(8_000, 10_300),
        block_m=140,
        turn_degrees=-9,
        rows=("Frugthaven", "Æblerup Bygade", "Pæretoften"),
        columns=("Præstegårdsvej", "Gravensteinvej", "Mosteriet"),
    ),
    Place(
        name="Tangvig",
        city="Tangvig",
        postal_code="8596",
        land=MAINLAND,
        centre=(13_900, 10_600),
        block_m=130,
        turn_degrees=31,
        rows=("Tangvej", "Tangvig Strandvej", "Fiskergangen"),
        columns=("Kirkevej", "Bådebyggervej", "Ålegården"),
    ),
    Place(
        name="Lyngsted",
        city="Lyngsted",
        postal_code="8597",
        land=MAINLAND,
        centre=(3_200, 4_100),
        block_m=145,
        turn_degrees=-27,
        rows=("Hedevej", "Lyngsted Hovedgade", "Tranebærvej"),
        columns=("Skolevej", "Revlingen", "Blåbærstien"),
    ),
    Place(
        name="Rævlund",
        city="Rævlund",
        postal_code="8597",
        land=MAINLAND,
        centre=(7_200, 1_900),
        block_m=135,
        turn_degrees=14,
        rows=("Skovridervej", "Rævlund Bygade", "Grævlingevej"),
        columns=("Savværksvej", "Egehegnet", "Ulvedalen"),
    ),
    Place(
        name="Sønderhage",
        city="Sønderhage",
        postal_code="8598",
        land=MAINLAND,
        centre=(12_600, 1_700),
        block_m=140,
        turn_degrees=-12,
        rows=("Fyrvej", "Sønderhage Bygade", "Marehalmen"),
        columns=("Lodsvej", "Strandskadevej", "Østersvej"),
    ),
    Place(
        name="Sandø By",
        city="Sandø",
        postal_code="8599",
        land=SANDOE,
        centre=(22_500, 7_700),
        block_m=150,
        turn_degrees=17,
        rows=("Klitvej", "Sandø Hovedgade", "Hybenvej"),
        columns=("Skolevej", "Terneparken", "Ærteskålen"),
        house_every_m=34,
        quay=(21_350, 7_250),
        quay_road="Sandø Havnevej",
    ),
    Place(
        name="Måsholm",
        city="Sandø",
        postal_code="8599",
        land=MAASHOLM,
        centre=(26_300, 4_300),
        block_m=130,
        turn_degrees=-24,
        rows=("Mågevej", "Måsholm Gade"),
        columns=("Edderfuglevej", "Sælbugten", "Rønvej"),
        house_every_m=40,
        quay=(25_500, 4_950),
        quay_road="Måsholm Mole",
    ),
    Place(
        name="Fjernø",
        city="Fjernø",
        postal_code="8599",
        land=FJERNOE,
        centre=(21_800, 900),
        block_m=120,
        turn_degrees=40,
        rows=("Fjernøvej", "Lundebakken"),
        columns=("Fyrpasserstien", "Øde Kær"),
        speed_kmh=30,
        house_every_m=45,
    ),
)

COUNTRY_ROADS = (
    CountryRoad("Amtsvejen", "Lyngsted", "Havnby", "primary", 80, 350),
    CountryRoad("Tangvigvej", "Tangvig", "Nordbyen", "secondary", 80, 180),
    CountryRoad("Fuglebakken", "Nordbyen", "Havnby", "secondary", 60, 60),
    CountryRoad("Æblerupvej", "Æblerup", "Nordbyen", "secondary", 80, -260),
    CountryRoad("Kystvejen", "Æblerup", "Tangvig", "tertiary", 60, 420),
    CountryRoad("Kornsøvej", "Kornsø", "Æblerup", "tertiary", 80, 240),
    CountryRoad("Åmosevej", "Lyngsted", "Kornsø", "tertiary", 60, -300),
    CountryRoad("Hedelandsvej", "Lyngsted", "Rævlund", "tertiary", 70, -200),
    CountryRoad("Skovvejen", "Rævlund", "Havnby", "unclassified", 60, 320),
    CountryRoad("Strandengen", "Rævlund", "Sønderhage", "tertiary", 60, -240),
    CountryRoad("Sønderhagevej", "Sønderhage", "Havnby", "secondary", 80, -230),
)

FERRIES = (
    Ferry("Færgen Havnby-Sandø", "Havnby", "Sandø By", 35, 250),
    Ferry("Færgen Sandø-Måsholm", "Sandø By", "Måsholm", 25, -420),
)
