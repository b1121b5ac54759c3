"""Unique rows, found without sorting where few rows are possible."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from foramen.model.rows import distinct, unique_rows


@given(
    st.sampled_from(((1, 9), (2, 9), (1000, 6))).flatmap(  # largest number, most columns: always packable
        lambda limit: arrays(
            np.int32, st.tuples(st.integers(1, 9), st.integers(1, limit[1])), elements=st.integers(-1, limit[0])
        )
    )
)
def test_unique_rows_are_those_of_numpy(keys):
    expected, index = np.unique(keys, axis=0, return_inverse=True)
    found, at = unique_rows(keys)
    assert found.tolist() == expected.tolist()
    assert at.tolist() == index.reshape(-1).tolist()


def test_rows_too_wide_to_pack_are_refused():
    with pytest.raises(ValueError, match="too wide"):
        unique_rows(np.array([[0] * 9, [2**20] * 9], dtype=np.int32))


@given(arrays(np.int64, st.integers(0, 20), elements=st.integers(0, 50)))
def test_distinct_numbers_are_those_of_numpy(numbers):
    expected, index = np.unique(numbers, return_inverse=True)
    found, at = distinct(numbers)
    assert found.tolist() == expected.tolist()
    assert at.tolist() == index.reshape(-1).tolist()
