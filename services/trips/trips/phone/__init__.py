"""The predecessor's phone app: who may use it, and what it says and is told (its protocol is not ours to change)."""
