import numpy as np
import pytest

from tonenet_core.analysis.tree_ensemble import TreeEnsemble

# The root looks at column 1: up to 0.5 it says -1, above it looks at column 0.
FEATURE = np.array([[1, 0, 0, 0, 0]], np.int16)
CHILD = np.array([[1, 0, 3, 0, 0]], np.int16)
VALUE = np.array([[0.5, -1.0, 7.0, 2.0, 3.0]])


def test_rows_walk_down_to_their_leaves():
    trees = TreeEnsemble(FEATURE, CHILD, VALUE)
    rows = np.array([[0, 0.5], [7, 0.6], [8, 0.6]], np.float32)
    assert trees.predict(rows).tolist() == [-1, 2, 3]
    assert trees.columns == 2


@pytest.mark.parametrize(
    ("feature", "child", "value"),
    [
        (FEATURE, np.array([[1, 0, 1, 0, 0]], np.int16), VALUE),  # back to its sister: a walk would not end
        (FEATURE, np.array([[1, 0, 2, 0, 0]], np.int16), VALUE),  # to itself
        (FEATURE, np.array([[4, 0, 0, 0, 0]], np.int16), VALUE),  # its right child is outside
        (FEATURE, np.array([[-1, 0, 0, 0, 0]], np.int16), VALUE),
        (-FEATURE, CHILD, VALUE),
        (FEATURE, CHILD, VALUE * np.nan),
        (FEATURE, CHILD, VALUE[:, :3]),
        (FEATURE, CHILD[0], VALUE),
        (FEATURE, CHILD.astype(float), VALUE),
        (FEATURE[:, :0], CHILD[:, :0], VALUE[:, :0]),
    ],
)
def test_what_is_no_tree_is_refused(feature, child, value):
    with pytest.raises(ValueError, match="the trees"):
        TreeEnsemble(feature, child, value)
