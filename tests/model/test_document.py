from fencepost.model.document import HaResources
from fencepost.model.line import Origin

FIRST, FIFTH = Origin("ha/resources.cfg", 1), Origin("ha/resources.cfg", 5)


def test_a_fact_is_quoted_from_its_own_line() -> None:
    document = HaResources(origin=FIRST, where={"resources:vm:101": FIFTH}, resources={})
    assert document.origin_of("resources:vm:101") == FIFTH


def test_a_fact_without_a_line_of_its_own_is_quoted_from_the_first() -> None:
    document = HaResources(origin=FIRST, resources={})
    assert document.origin_of("resources:vm:101") == FIRST
