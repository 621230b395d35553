"""Write the graph of packages into ``docs/architecture.md``: ``python -m tools.package_graph``.

An arrow leads from a package to one that it imports. Arrows that follow from others are left out.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import chalicelib

PROJECT = Path(__file__).parents[1]
FILE = PROJECT / "docs" / "architecture.md"
BEGIN, END = "<!-- package graph: make generated-docs -->", "<!-- end of package graph -->"


def imports() -> dict[str, set[str]]:
    """Return the packages that each package imports, anywhere in its modules."""
    folder = PROJECT / "chalicelib"
    return {
        package: {
            imported
            for module in (folder / package).glob("*.py")
            for imported in _imported(module)
            if imported != package
        }
        for package in chalicelib.PACKAGES
    }


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            top, _, rest = name.partition(".")
            package = rest.partition(".")[0]
            if top == "chalicelib" and package in chalicelib.PACKAGES:
                yield package


def direct(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return a graph without the arrows that follow from others (its transitive reduction)."""

    def reachable(package: str) -> set[str]:
        return {package}.union(*map(reachable, graph[package]))

    return {
        package: {
            target
            for target in targets
            if not any(target in reachable(other) for other in targets - {target})
        }
        for package, targets in graph.items()
    }


def mermaid(graph: Mapping[str, set[str]]) -> str:
    """Return a graph as a Mermaid diagram in Markdown."""
    arrows = [
        f"    {package} --> {target}"
        for package, targets in graph.items()
        for target in sorted(targets, key=chalicelib.PACKAGES.index)
    ]
    return "\n".join(("```mermaid", "flowchart BT", *arrows, "```"))


def with_graph(text: str) -> str:
    """Return a document with the graph between its marks.

    Raises:
        ValueError: the marks are missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{BEGIN} and {END} must be in the document.")
    return f"{before}{begin}\n{mermaid(direct(imports()))}\n{end}{after}"


if __name__ == "__main__":
    FILE.write_text(with_graph(FILE.read_text()))
