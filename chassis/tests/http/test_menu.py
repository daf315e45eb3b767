"""The header that services share."""

import json

import pytest

ENTRIES = (("/", "Start"), ("/lend", "Everything lent"), ("/lending/", "Lending"))


@pytest.fixture
def settings(settings, tmp_path):
    file = tmp_path / "nav.json"
    file.write_text(json.dumps([{"label": {"da": text, "en": text}, "href": href} for href, text in ENTRIES]))
    return {**settings, "LENDING_NAV": str(file)}


def test_only_the_nearest_entry_above_a_page_is_current(site):
    text = site.get("/lending/", cookie=f"session={site.token('librarian')}").text
    assert text.count('aria-current="page"') == 1
    assert 'aria-current="page">Lending</a>' in text
