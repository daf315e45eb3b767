"""Texts in two languages. Both must have the same keys: a missing one is found when the service starts."""

from collections.abc import Callable, Mapping
from importlib import import_module, util

from chassis.pages.texts import TEXTS

LANGUAGES = ("da", "en")
Texts = Mapping[str, Mapping[str, str]]


def texts_of(package: str) -> Texts:
    """The layout's texts and the service's own from `<package>.http.texts.TEXTS`, if it has any.

    :raises ValueError: when a text is there in one language only.
    """
    name = f"{package}.http.texts"
    own: Texts = import_module(name).TEXTS if util.find_spec(name) else {language: {} for language in LANGUAGES}
    if odd := set(own["da"]) ^ set(own["en"]):
        raise ValueError(f"{name} has these texts in one language only: {', '.join(sorted(odd))}")
    return {language: {**TEXTS[language], **own[language]} for language in LANGUAGES}


def translator(texts: Texts, language: str) -> Callable[..., str]:
    """`t(key, **values)`; a key that is nowhere is a KeyError, so that it is seen."""
    known = texts[language]

    def t(key: str, /, **values: object) -> str:
        text = known[key]
        return text.format(**values) if values else text

    return t
