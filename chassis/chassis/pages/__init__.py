"""Pages rendered on the server: one base layout, one style sheet, forms and tables that everybody can use, in Danish
and English. They work without JavaScript.
"""

from chassis.pages.forms import Form
from chassis.pages.renderer import Pages, Reader

__all__ = ["Form", "Pages", "Reader"]
