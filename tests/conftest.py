"""For all tests: linear algebra on one thread.

The matrices are small; threads that wait for each other make the tests four times
as slow. Set before NumPy is imported; what the caller has set is left alone.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
