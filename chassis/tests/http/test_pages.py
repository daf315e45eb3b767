"""What people see: formats, languages, contrast, and pages that fit a phone."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import chassis.pages
from chassis.pages import formats
from chassis.pages.i18n import texts_of, translator

SHEET = (Path(chassis.pages.__file__).parent / "static" / "style.css").read_text()
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("oere", "da", "en"),
    [
        (0, "0,00", "0.00"),
        (5, "0,05", "0.05"),
        (123_456, "1.234,56", "1,234.56"),
        (123_456_789, "1.234.567,89", "1,234,567.89"),
        (-150, "\N{MINUS SIGN}1,50", "\N{MINUS SIGN}1.50"),
    ],
)
def test_money_is_written_in_kroner_with_two_decimals(oere, da, en):
    assert formats.money(oere) == f"{da}{NBSP}kr."
    assert formats.money(oere, "en") == f"{en}{NBSP}kr."


@pytest.mark.parametrize(
    ("metres", "text"),
    [(12_340, "12,34"), (12_345, "12,35"), (12_344, "12,34"), (4, "0,00"), (-12_345, "\N{MINUS SIGN}12,35")],
)
def test_distances_are_written_in_kilometres_rounded_half_away_from_zero(metres, text):
    assert formats.distance(metres) == f"{text}{NBSP}km"


def test_days_months_and_moments_are_danish():
    assert formats.day(date(2026, 11, 3)) == "03.11.2026"
    assert formats.day("2026-11-23", "en") == "23 November 2026"
    assert formats.month("2026-03") == "marts 2026"
    assert formats.whole(1_234_567) == "1.234.567"


def test_a_moment_is_the_clock_on_the_wall_in_denmark():
    assert formats.moment(datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "01.07.2026 kl. 14.05"
    assert formats.moment("2026-12-31T23:30:00Z", "en") == "1 January 2027, 00:30"


def test_both_languages_have_every_text_with_the_same_places_in_it():
    texts = texts_of("lending")
    assert set(texts["da"]) == set(texts["en"])
    for key, text in texts["da"].items():
        assert re.findall(r"{\w*}", text) == re.findall(r"{\w*}", texts["en"][key]), key


def test_a_text_in_one_language_only_is_found_at_the_start(monkeypatch):
    from lending.http import texts

    monkeypatch.setitem(texts.TEXTS["da"], "lonely", "alene")
    with pytest.raises(ValueError, match="lonely"):
        texts_of("lending")


def test_a_text_that_is_nowhere_is_an_error():
    with pytest.raises(KeyError):
        translator(texts_of("lending"), "da")("no_such_text")


def colours(dark):
    light, _, rest = SHEET.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#\w{6});", light))
    return {**found, **dict(re.findall(r"--([\w-]+): (#\w{6});", rest.partition("\n}\n")[0]))} if dark else found


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = [
    *[(ink, ground) for ink in ("ink", "quiet", "accent", "accent-strong") for ground in ("ground", "paper", "tint")],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *[(kind, f"{kind}-tint") for kind in ("good", "bad", "waiting")],
    *[("bad", ground) for ground in ("paper", "ground")],
]
EDGE_ON = [*[("edge", ground) for ground in ("paper", "ground")], ("focus", "focus-edge"), ("accent", "paper")]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(dark):
    """WCAG 2.2, 1.4.3 (4.5 to 1 for text) and 1.4.11 (3 to 1 for edges of what can be used)."""
    known = colours(dark)
    weak = [(a, b, contrast(known[a], known[b])) for a, b in TEXT_ON if contrast(known[a], known[b]) < 4.5]
    weak += [(a, b, contrast(known[a], known[b])) for a, b in EDGE_ON if contrast(known[a], known[b]) < 3]
    assert weak == []


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs_inside_the_page(site):
    for path in ("/lending/", "/lending/docs", "/lending/office"):
        page = site.get(path).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "url(" not in SHEET
    assert "@import" not in SHEET


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    for switch in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    ):
        options.add_argument(f"--{switch}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('browser')}")
    try:
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    except Exception as error:  # noqa: BLE001 - whichever way the browser is missing
        pytest.skip(f"no browser: {error}")
    yield driver
    driver.quit()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/lending/", "/lending/docs", "/lending/office"])
def test_a_page_fits_320_pixels_and_its_targets_a_finger(site, browser, path):
    """WCAG 2.2, 1.4.10 (no scrolling sideways) and 2.5.8 (24 by 24, links inside sentences apart)."""
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    host, port = site.address
    browser.get(f"http://{host}:{port}{path}")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 320
    small = browser.execute_script(
        """return [...document.querySelectorAll('nav a, button, .button, input, select, textarea, summary, .person a')]
           .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
           .filter(([, r]) => r.width && (r.height < 24 || r.width < 24)).map(([html]) => html)"""
    )
    assert small == []


@pytest.mark.browser
def test_the_first_stop_of_the_keyboard_leads_past_the_menu(site, browser):
    from selenium.webdriver.common.keys import Keys

    host, port = site.address
    browser.get(f"http://{host}:{port}/lending/")
    browser.switch_to.active_element.send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    assert focused.text == "Gå til indhold"
    assert focused.rect["y"] >= 0, "it is seen while it has the focus"
    focused.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "content"
