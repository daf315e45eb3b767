"""Makes the standard library cooperative. Imported before anything else by every program that runs services:
sockets, locks and sleeps that were bound before the patch would block all greenlets of the process.
"""

import warnings

with warnings.catch_warnings():
    # eventlet announces its retirement on import, with a text that no warning filter can match
    warnings.simplefilter("ignore")
    import eventlet

eventlet.monkey_patch()
