"""The tree of Havnby Kommune: its units, where they are, who works in each and who leads it."""

from dataclasses import dataclass

PAYROLL_OFFICER = "Lønkonsulent"
ADMINISTRATOR = "Systemadministrator"
FEATURED_UNIT = "311"


@dataclass(frozen=True)
class Unit:
    """A unit at the first house of `street` in `place`; `leader` and `staff` (with a count) are positions."""

    unit_id: str
    parent_id: str | None
    name: str
    place: str
    street: str
    leader: str | None
    staff: tuple[tuple[str, int], ...]


UNITS = (
    Unit("1", None, "Havnby Kommune", "Havnby", "Rådhusgade", "Kommunaldirektør", (("Sekretær", 2),)),
    Unit("2", "1", "Børn og Unge", "Havnby", "Algade", "Direktør", (("Konsulent", 3),)),
    Unit("21", "2", "Havnby Skole", "Havnby", "Kirkestræde", "Skoleleder", (("Lærer", 18), ("Pædagog", 4))),
    Unit("22", "2", "Tangvig Skole", "Tangvig", "Kirkevej", "Skoleleder", (("Lærer", 9), ("Pedel", 1))),
    Unit("23", "2", "Dagtilbud", "Havnby", "Torvegade", "Dagtilbudschef", (("Pædagogisk konsulent", 2),)),
    Unit("231", "23", "Børnehuset Æblehaven", "Æblerup", "Frugthaven", "Daglig leder", (("Pædagog", 7),)),
    Unit("232", "23", "Børnehuset Mågen", "Sandø By", "Terneparken", None, (("Pædagog", 4),)),
    Unit("24", "2", "Familie og Rådgivning", "Havnby", "Latinerstræde", "Afdelingsleder", (("Psykolog", 5),)),
    Unit("3", "1", "Ældre og Sundhed", "Havnby", "Algade", "Direktør", (("Konsulent", 2),)),
    Unit("31", "3", "Hjemmeplejen", "Havnby", "Møllegade", "Hjemmeplejechef", (("Visitator", 4),)),
    Unit("311", "31", "Hjemmeplejen Nord", "Æblerup", "Æblerup Bygade", "Gruppeleder", (("Hjemmehjælper", 18),)),
    Unit("312", "31", "Hjemmeplejen Syd", "Sønderhage", "Lodsvej", "Gruppeleder", (("Hjemmehjælper", 14),)),
    Unit("313", "31", "Hjemmeplejen Øerne", "Sandø By", "Klitvej", "Gruppeleder", (("Hjemmehjælper", 6),)),
    Unit(
        "32",
        "3",
        "Plejecenter Havglimt",
        "Havnby",
        "Strandpromenaden",
        "Centerleder",
        (("Sygeplejerske", 10),),
    ),
    Unit("33", "3", "Sundhedshuset", "Nordbyen", "Viben", "Afdelingsleder", (("Sundhedsplejerske", 8),)),
    Unit("4", "1", "Teknik og Miljø", "Havnby", "Toldbodgade", "Direktør", (("Planlægger", 3),)),
    Unit("41", "4", "Vej og Park", "Lyngsted", "Hedevej", "Driftsleder", (("Gartner", 6), ("Vejmand", 6))),
    Unit("42", "4", "Byggesag", "Havnby", "Toldbodgade", "Afdelingsleder", (("Byggesagsbehandler", 6),)),
    Unit("43", "4", "Natur og Miljø", "Rævlund", "Egehegnet", "Afdelingsleder", (("Biolog", 5),)),
    Unit("5", "1", "Job og Borger", "Havnby", "Sankt Olafs Gade", "Direktør", (("Konsulent", 2),)),
    Unit("51", "5", "Jobcenter", "Havnby", "Sankt Olafs Gade", "Jobcenterchef", (("Jobkonsulent", 12),)),
    Unit("52", "5", "Borgerservice", "Havnby", "Rådhusgade", "Afdelingsleder", (("Borgerrådgiver", 7),)),
    Unit("6", "1", "Økonomi og Personale", "Havnby", "Rådhusgade", "Økonomichef", (("Controller", 3),)),
    Unit("61", "6", "Løn", "Havnby", "Rådhusgade", "Lønchef", ((PAYROLL_OFFICER, 3),)),
    Unit("62", "6", "It", "Havnby", "Rådhusgade", "It-chef", ((ADMINISTRATOR, 2), ("It-supporter", 4))),
)
