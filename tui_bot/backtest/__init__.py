"""Years of candles through the one strategy: history files, simulation, sweeps, reports.

The only room that knows numpy. Nothing on the way to a live order imports it.
"""

import os

# numpy's linear algebra, which nothing here needs, would start threads on every core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
