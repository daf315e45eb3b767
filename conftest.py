"""Before any test is imported: eventlet is patched (a session patched later hangs), and the chassis is loaded
(pytest would otherwise take the folder `chassis/` for the package of that name).
"""

import warnings

import hypothesis  # noqa: F401 before the patch: it loads trio where that is installed, and trio cannot be loaded after

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet announces its own retirement on every import
    import eventlet

    eventlet.monkey_patch()

import chassis  # noqa: F401 (see above: the import itself is what matters)

pytest_plugins = ["tests.support.plugin"]
