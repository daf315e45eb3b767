"""What a phone may say of places: read as phones write it, and refused where it is nowhere."""

import pytest

from services.trips.tests.integration.test_phone import drive
from trips.phone import protocol
from trips.phone.protocol import Unusable


def passed(latitude, longitude):
    fix = {"Latitude": latitude, "Longitude": longitude}
    sent = drive(route={"TotalDistance": 8, "GPSCoordinates": [fix]})
    return [point.text for point in protocol.report_of(sent, ["e-bent"], ["car_high"], None).points]


@pytest.mark.parametrize("longitude", ["180.00001", "-180,1", "1e99", "1e300000", None, [10]])
def test_a_longitude_that_is_none_is_refused(longitude):
    with pytest.raises(Unusable):
        passed("56.46", longitude)


def test_coordinates_are_read_as_phones_write_them():
    assert passed(5e-05, "-180,0") == ["0.00005, -180.00000"]
    assert passed("+56.5", ".25") == ["56.50000, 0.25000"]
