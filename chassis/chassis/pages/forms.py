"""What was typed and what is wrong with it: a form that is shown again keeps every input and says by each field how to
mend it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Form:
    """For the macros in `forms.html`. `values` are texts as typed; `errors` are sentences by field, `""` for the whole
    form.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def typed(cls, given: MultiDict[str, str], errors: Mapping[str, Sequence[str]] | None = None) -> "Form":
        return cls(given.to_dict(), errors or {})

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """The sentences about one field, as one text; empty when it is fine."""
        return " ".join(self.errors.get(name, ()))

    @property
    def wrong(self) -> bool:
        return bool(self.errors)
