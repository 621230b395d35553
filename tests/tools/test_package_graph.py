"""The graph of packages in docs/architecture.md."""

import pytest

import chalicelib
from tools.package_graph import FILE, direct, imports, mermaid, with_graph


def test_the_graph_in_the_document_is_current():
    text = FILE.read_text()

    assert with_graph(text) == text, "It is out of date. Run: make generated-docs"


def test_no_arrow_leads_to_a_later_package():
    order = chalicelib.PACKAGES.index

    for package, targets in imports().items():
        assert all(order(target) < order(package) for target in targets), package


def test_every_package_is_in_the_graph():
    drawn = mermaid(direct(imports()))

    assert all(package in drawn for package in chalicelib.PACKAGES)


def test_arrow_that_follows_from_others_is_left_out():
    graph = {"a": set(), "b": {"a"}, "c": {"a", "b"}}

    assert direct(graph) == {"a": set(), "b": {"a"}, "c": {"b"}}


def test_document_without_marks_is_rejected():
    with pytest.raises(ValueError, match="must be in the document"):
        with_graph("# Architecture")
