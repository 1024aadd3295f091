"""
Sessions, healing, years
========================

One treatment at eight moments: built up in three sessions, fresh, settled, and later. How fast it heals and fades is
an estimate, and the captions say so.
"""

import smpsim

scalp = smpsim.sample(px_per_mm=8)
moments = ("s1", "s2", "s3", "fresh", "3d", "2wk", "2y", "5y")
board = smpsim.timeline(scalp.photo, scalp.mask, scale=scalp.scale, moments=moments, view="middle", seed=1)
board.save("sessions.png", overwrite=True)
