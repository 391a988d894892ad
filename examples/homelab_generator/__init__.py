"""Writes the example cluster of `examples/homelab`: three nodes, two days, one bad network port.

Run it from the project's root:

    python -m examples.homelab_generator            # rewrites examples/homelab and its truth
    python -m examples.homelab_generator FOLDER     # the same files below FOLDER

The same seed gives the same bytes. Read `story.py` first: it is the calendar of what happens.
"""
