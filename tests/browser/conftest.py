"""A real browser against the embedded system; skipped where no Chromium is installed, unless it is promised."""

import os
import shutil
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from deploy.child import EmbeddedChild
from tests.browser.walking import Walker

DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The embedded system with its demo municipality."""
    with EmbeddedChild(tmp_path_factory.mktemp("browsed")) as child:
        yield child


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Where screenshots are kept: SCREENSHOTS, or a folder that pytest forgets after three runs."""
    kept = os.environ.get("SCREENSHOTS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_browser(site, pictures, tmp_path, request):
    """Opens a browser that is somebody else than the last one; closed with the test."""
    if not (DRIVER and BROWSER):
        (pytest.fail if os.environ.get("SERVERS") == "required" else pytest.skip)("Chromium is not installed")
    opened = []

    def opener(*, scripts=True, width=1200, dark=False):
        driver = webdriver.Chrome(options(tmp_path, scripts=scripts), Service(DRIVER))
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        driver.set_page_load_timeout(120)
        driver.set_script_timeout(120)
        opened.append(driver)
        return Walker(driver, site.base_url, pictures, request.node.name, has_scripts=scripts)

    yield opener
    for driver in opened:
        driver.quit()


def options(downloads, *, scripts):
    chosen = webdriver.ChromeOptions()
    chosen.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        chosen.add_argument(argument)
    preferences = {"download.default_directory": str(downloads), "intl.accept_languages": "da"}
    if not scripts:
        preferences["profile.managed_default_content_settings.javascript"] = 2
    chosen.add_experimental_option("prefs", preferences)
    return chosen
