"""The line as three people walk it in a browser: one reports a trip, one approves it, one pays it."""

import re
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from deploy.demo.map import houses

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def house_on(street):
    """The address in one line of a house there."""
    return next(house.text for house in houses() if house.street == street and house.number.isdigit())


FROM, TO = house_on("Algade"), house_on("Tangvej")
PLATE = "QQ 12 345"


def fill_in_a_trip(walker, purpose):
    walker.open("/trips/")
    walker.press("Indberet tjenestekørsel")
    walker.wait(lambda: "Fra" in walker.text, "waiting for the form")
    walker.fill("Formål", purpose)
    walker.fill("Nummerplade", PLATE)


def report(walker, purpose, *, picture=False):
    """With suggestions where scripts run, as typed where they don't; gives the address of the trip's page."""
    fill_in_a_trip(walker, purpose)
    for label, text in (("Fra", FROM), ("Til", TO)):
        walker.fill(label, text.partition(",")[0] if walker.has_scripts else text)
        if walker.has_scripts:
            choose_suggestion(walker, walker.field(label), text)
    walker.press("Beregn")
    walker.wait_for_text("Kilometer til udbetaling")
    if picture:
        walker.picture("preview")
    walker.press("Indsend")
    walker.wait(lambda: re.search(r"/trips/[0-9a-f-]{36}", walker.path), "waiting for the trip's page")
    return walker.path.partition("?")[0]


def choose_suggestion(walker, box, text):
    listed = f"{box.get_attribute('id')}-suggestions"
    walker.wait(lambda: walker.driver.find_elements(By.CSS_SELECTOR, f"#{listed} [role=option]"), "suggestions")
    options = walker.driver.find_elements(By.CSS_SELECTOR, f"#{listed} [role=option]")
    chosen = next(option for option in options if option.text == text)
    chosen.click()
    assert box.get_attribute("value") == text


def until_submitted(walker, trip):
    def submitted():
        walker.open(trip)
        return "Venter på godkendelse" in walker.text

    walker.wait(submitted, "waiting for the trip to be measured")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_three_people_bring_a_trip_from_report_to_file(open_browser, scripts, site, tmp_path):
    walker = open_browser(scripts=scripts)
    purpose = f"Møde om havnen {time.time_ns()}"
    walker.open("/")
    walker.picture("front")
    employee = walker.become("Medarbejder")
    trip = report(walker, purpose, picture=True)
    until_submitted(walker, trip)
    walker.picture("trip-submitted")

    walker.become("Leder")
    approve(walker, purpose)
    walker.picture("approved")

    walker.become("Lønkonsulent")
    amount = close_newest_period(walker)
    walker.press("Hent OPUS-fil")
    walker.wait(lambda: list(tmp_path.glob("*.txt")) or list(tmp_path.glob("*opus*")), "waiting for the file")

    walker.become("Medarbejder")
    walker.open(trip)
    walker.wait_for_text("Udbetalt")
    walker.picture("trip-settled")
    assert employee in walker.text
    assert amount


def approve(walker, purpose):
    def waiting():
        walker.open("/approval/")
        return purpose in walker.text

    walker.wait(waiting, "waiting for the trip in the inbox")
    walker.picture("inbox")
    item = walker.driver.find_element(By.XPATH, f"//li[contains(., '{purpose}')]")
    item.find_element(By.CSS_SELECTOR, "button[value=approve]").click()
    walker.wait(lambda: "Godkendt:" in walker.text, "waiting for the approval")


def close_newest_period(walker):
    def payable():
        walker.open("/payroll/")
        return "ingen" not in walker.text.lower() and walker.driver.find_elements(By.CSS_SELECTOR, ".figure")

    walker.wait(payable, "waiting for payroll to know of the approval")
    walker.picture("periods")
    rows = walker.driver.find_elements(By.XPATH, "//tr[contains(., 'Åben')]//a")
    rows[-1].click()
    walker.picture("period-open")
    walker.press("Luk perioden")
    walker.picture("period-confirm")
    walker.press("Luk perioden og udbetal")
    walker.wait_for_text("Hent OPUS-fil")
    walker.picture("period-closed")
    return walker.driver.find_element(By.CSS_SELECTOR, ".figure").text


PAGES = {
    "nobody": ("/", "/persona", "/trips/docs"),
    "Medarbejder": (
        "/trips/", "/trips/new", "/trips/profile", "/trips/several", "/trips/sixty-day", "/routing/addresses?q=Algade",
    ),
    "Leder": ("/approval/", "/persona?q=leder"),
    "Lønkonsulent": ("/payroll/",),
    "Administrator": ("/trips/standard-addresses",),
}  # fmt: skip


LOW = """
return [...document.querySelectorAll("main button, main a.button, main summary, main .kept-actions > *")]
  .filter(one => one.offsetParent && !one.classList.contains("unseen"))
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => location.pathname + ": " + one.textContent.trim())
"""


def test_what_is_pressed_on_a_drivers_own_pages_is_as_high_as_a_finger_is_wide(open_browser):
    walker = open_browser(width=390)
    walker.become("Medarbejder")
    walker.open("/trips/profile/route")
    for label, text in (("Navn", "Tilsyn"), ("Fra", FROM), ("Til", TO)):
        walker.fill(label, text)
    walker.press("Gem rute")
    low = []
    for path in ("/trips/profile", "/trips/several", "/trips/sixty-day", "/trips/new"):
        walker.open(path)
        low += walker.driver.execute_script(LOW)
    assert low == []


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, False), (390, True)], ids=["wide", "phone", "dark"])
@pytest.mark.parametrize("kind", PAGES)
def test_every_page_keeps_wcag_2_2_aa_and_fits_its_window(open_browser, kind, width, dark):
    walker = open_browser(width=width, dark=dark)
    if kind != "nobody":
        walker.become(kind)
    found = []
    for path in PAGES[kind]:
        walker.open(path)
        walker.picture(path.strip("/").partition("?")[0].replace("/", "-") or "front")
        found += walker.violations()
        if walker.overflow_px() > 0:
            found.append(f"{path} is {walker.overflow_px()} px too wide")
    assert found == [], "\n".join(found)


def test_a_trip_is_reported_by_keyboard_alone(open_browser):
    walker = open_browser()
    walker.become("Medarbejder")
    walker.open("/trips/new")
    assert walker.tab_to("driving_date").get_attribute("value"), "the date of today is there already"
    walker.tab_to("purpose")
    walker.keys("Uden mus")
    for name, text in (("stop-0", FROM), ("stop-1", TO)):
        box = walker.tab_to(name)
        walker.keys(text)
        listed = f"#{box.get_attribute('id')}-suggestions [role=option]"
        walker.wait(lambda css=listed: walker.driver.find_elements(By.CSS_SELECTOR, css), "suggestions")
        walker.keys(Keys.ARROW_DOWN, Keys.ENTER)
        assert box.get_attribute("value") == text
    walker.tab_to("licence_plate")
    walker.keys(PLATE)
    walker.tab_to("Indsend")
    walker.keys(Keys.ENTER)
    walker.wait(lambda: re.search(r"/trips/[0-9a-f-]{36}", walker.path), "waiting for the trip's page")


def test_what_is_wrong_with_a_trip_is_said_by_each_field_and_nothing_typed_is_lost(open_browser):
    walker = open_browser(width=390)
    walker.become("Medarbejder")
    walker.open("/trips/new")
    walker.fill("Formål", "Et halvt udfyldt skema")
    walker.fill("Fra", FROM)
    walker.press("Indsend")
    walker.wait_for_text("Der er noget, der skal rettes")
    walker.picture("errors")
    assert walker.field("Formål").get_attribute("value") == "Et halvt udfyldt skema"
    assert walker.field("Fra").get_attribute("value") == FROM
    assert walker.violations() == []
