"""What a person does with pages: open, read, fill in, press. Steps find things by what stands on the screen."""

import base64
import itertools
import json
from importlib import resources

from selenium.common.exceptions import NoSuchElementException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_S = 30
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Walker:
    """One browser window. `picture` keeps what is on the screen; `check` asks axe-core about it."""

    def __init__(self, driver, base_url, pictures, name, *, has_scripts):
        self.driver = driver
        self.has_scripts = has_scripts
        self.base_url = base_url
        self._pictures = pictures
        self._name = name
        self._count = itertools.count(1)

    def open(self, path):
        self.driver.get(self.base_url + path)

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.base_url)

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def heading(self):
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def fill(self, label, text):
        box = self.field(label)
        box.clear()
        box.send_keys(text)
        return box

    def field(self, label):
        """The input that the label with this text belongs to."""
        found = self.driver.find_element(By.XPATH, f"//label[starts-with(normalize-space(.), '{label}')]")
        return self.driver.find_element(By.ID, found.get_attribute("for"))

    def press(self, text):
        """The button or link that says this."""
        kinds = "//main//*[self::button or self::a or self::summary][not(@aria-hidden)]"
        found = self.driver.find_elements(By.XPATH, f"{kinds}[starts-with(normalize-space(.), '{text}')]")
        shown = [element for element in found if element.is_displayed()]
        if not shown:
            raise NoSuchElementException(f"nothing to press that says {text!r} on {self.path}:\n{self.text[:1500]}")
        shown[0].click()

    def wait(self, done, what):
        WebDriverWait(self.driver, PATIENCE_S, 0.1).until(lambda _driver: done(), f"{what}, on {self.path}")

    def wait_for_text(self, text):
        self.wait(lambda: text in self.text, f"waiting for {text!r}")

    def become(self, kind):
        """One of the featured people: Medarbejder, Leder, Lønkonsulent, Administrator."""
        self.open("/persona")
        card = self.driver.find_element(By.XPATH, f"//li[.//h3[normalize-space(.)='{kind}']]")
        button = card.find_element(By.TAG_NAME, "button")
        name = button.text
        button.click()
        self.wait(lambda: not self.path.startswith("/persona"), "waiting to be somebody")
        return name.removeprefix("Fortsæt som ")

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def tab_to(self, name):
        """Tabs until the element of this name or text has the focus, as somebody without a mouse does."""
        for _ in range(80):
            self.keys(Keys.TAB)
            focus = self.driver.switch_to.active_element
            if focus.get_attribute("name") == name or focus.text.strip().startswith(name):
                return focus
        raise NoSuchElementException(f"{name!r} is not reached by the Tab key on {self.path}")

    def picture(self, what):
        """The whole page, also what is below the fold."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        shot = {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", shot)["data"]
        name = f"{self._name}-{next(self._count):02d}-{what}.png"
        (self._pictures / name).write_bytes(base64.b64decode(data))

    def overflow_px(self):
        """How far the page is wider than its window."""
        script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return self.driver.execute_script(script)

    def violations(self):
        """What axe-core finds against WCAG 2.2 AA, one line each."""
        axe = resources.files("axe_selenium_python") / "node_modules" / "axe-core" / "axe.min.js"
        self.driver.execute_script(axe.read_text(encoding="utf-8"))
        run = "axe.run(document, {runOnly: arguments[0]}).then(arguments[arguments.length - 1])"
        found = self.driver.execute_async_script(run, WCAG)
        return [
            f"{self.path}: {rule['id']}: {node['target']} {json.dumps(node['failureSummary'], ensure_ascii=False)}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
