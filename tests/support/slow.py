"""Cases of a test that only ``make prove`` runs: variations of one that ``make check`` runs."""

from typing import Any

import pytest


def slow(*cases: Any) -> list[Any]:
    """Mark cases of ``pytest.mark.parametrize`` as slow; a tuple has a value for each name."""
    values = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*each, marks=pytest.mark.slow) for each in values]
