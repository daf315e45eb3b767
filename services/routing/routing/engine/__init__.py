"""OSRM inside the process: one contraction-hierarchies graph per profile, called inline.

The binding holds the interpreter lock, so a thread pool would only add cost; a leg takes under a millisecond.
Only the CH algorithm is used: with several graphs in one process the engine's other algorithm (MLD) mixes their
caches and answers with wrong distances, without an error.
"""
