"""Joins the modules of a page's script into few files: on a slow phone, each request takes seconds.

A page has up to three files. ``shared`` has the modules that every page imports, and browsers keep
it from page to page. The page's own file has the others. Its ``-later`` file has what the page
imports when it runs, with ``import("./bulk")``.

In a file, each module is a block, in the order in which browsers would run the modules::

    let $0, $1;
    { …; $0 = { gettext, ngettext }; }
    { const { gettext } = $0; …; $1 = { find, make }; }

This takes modules of a simple form, and the functions raise an error for others: imports and
exports begin a line, imports name a neighbour, and no variable that changes is exported.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHARED = "shared"
_LATER = "-later"
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([a-z-]+)";\n', re.MULTILINE)
_REEXPORT = re.compile(r'^export \{([^}]*)\} from "\./([a-z-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
_UNKNOWN = re.compile(r"^(?:import\b(?!\()|export\b).*", re.MULTILINE)
_IMPORT_LATER = re.compile(r'\bimport\("\./([a-z-]+)"\)')


@dataclass(frozen=True, slots=True)
class _Module:
    """A module.

    Attributes:
        imports: the names that it imports, by module: what it is there, and what it is here.
        reexports: in the same way, those that it exports again.
        declared: the names that it declares and exports.
        later: the modules that it imports when it runs.
        body: its text, without imports and exports.
    """

    imports: Mapping[str, Mapping[str, str]]
    reexports: Mapping[str, Mapping[str, str]]
    declared: tuple[str, ...]
    later: tuple[str, ...]
    body: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The modules that must run before it."""
        return (*self.imports, *self.reexports)

    @property
    def exports(self) -> set[str]:
        """The names that other modules can import."""
        return {*self.declared, *(name for names in self.reexports.values() for name in names)}


def bundles(sources: Mapping[str, str], pages: Iterable[str]) -> dict[str, str]:
    """Return the files of all pages, by name.

    Args:
        sources: the modules, by name.
        pages: the names of the pages. Each has a module of that name, which imports the others.

    Raises:
        ValueError: a module has another form than this function can join.
    """
    first = {page: first_modules(sources, page) for page in pages}
    shared = [
        module
        for module in next(iter(first.values()))
        if all(module in modules[:-1] for modules in first.values())
    ]
    join = _Join(sources)
    files = {SHARED: join.shared_file(shared)}
    for page, modules in first.items():
        own = [module for module in modules if module not in shared]
        later = later_modules(sources, page)
        files[page] = join.page_file(page, own, later)
        if later:
            files[f"{page}{_LATER}"] = join.later_file(own, later)
    return files


def first_modules(sources: Mapping[str, str], page: str) -> list[str]:
    """Return the modules of a page's script, in the order in which they run, its own last."""
    return _in_order(sources, (page,))


def later_modules(sources: Mapping[str, str], page: str) -> list[str]:
    """Return the modules that a page imports when it runs, in the order in which they run."""
    first = first_modules(sources, page)
    entries = [entry for module in first for entry in _parse(sources[module]).later]
    return [module for module in _in_order(sources, entries) if module not in first]


def _in_order(sources: Mapping[str, str], entries: Iterable[str]) -> list[str]:
    found: list[str] = []

    def visit(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ValueError(f"Modules import each other: {' → '.join((*importers, name))}")
        if name not in found:
            for needed in _parse(sources[name]).needs:
                visit(needed, (*importers, name))
            found.append(name)

    for entry in entries:
        visit(entry, ())
    return found


class _Join:
    """Writes files of several modules."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._modules = {name: _parse(source) for name, source in sources.items()}
        self._numbers = {name: number for number, name in enumerate(sorted(sources))}

    def shared_file(self, modules: list[str]) -> str:
        return f"{self._blocks(modules)}export {{ {self._joined(modules)} }};\n"

    def page_file(self, page: str, own: list[str], later: list[str]) -> str:
        text = self._import_shared(own, here=own)
        if later:
            known = self._joined(self._needed(later, among=own))
            text += (
                f'const $later = async (name) => (await (await import("./{page}{_LATER}"))'
                f".load({{ {known} }}))[name];\n"
            )
        return text + self._blocks(own)

    def later_file(self, own: list[str], later: list[str]) -> str:
        """Return a file whose modules run once, with those of the page's file that they need."""
        for name in later:
            if self._modules[name].later:
                raise ValueError(f"{name} is imported later, and can't import others later")
        known = self._joined(self._needed(later, among=own))
        return (
            f"{self._import_shared(later, here=[*own, *later])}"
            "let loaded;\nexport const load = (known) => (loaded ??= run(known));\n"
            f"async function run({{ {known} }}) {{\n{self._blocks(later)}"
            f"return {{ {self._joined(later)} }};\n}}\n"
        )

    def _import_shared(self, modules: list[str], here: list[str]) -> str:
        needed = self._needed(modules, among=sorted(self._modules.keys() - set(here)))
        return f'import {{ {self._joined(needed)} }} from "./{SHARED}";\n' if needed else ""

    def _needed(self, modules: list[str], *, among: list[str]) -> list[str]:
        needs = {need for name in modules for need in self._modules[name].needs}
        return [name for name in among if name in needs]

    def _blocks(self, modules: list[str]) -> str:
        return f"let {self._joined(modules)};\n" + "".join(map(self._block, modules))

    def _block(self, name: str) -> str:
        module = self._modules[name]
        text = ""
        for other, names in (*module.imports.items(), *module.reexports.items()):
            if missing := names.keys() - self._modules[other].exports:
                raise ValueError(f"{name} imports {sorted(missing)} from {other}, which has none")
        for other, names in module.imports.items():
            taken = ", ".join(
                there if there == here else f"{there}: {here}" for there, here in names.items()
            )
            if taken:
                text += f"const {{ {taken} }} = {self._variable(other)};\n"
        exports = [*module.declared]
        for other, names in module.reexports.items():
            exports += [f"{one}: {self._variable(other)}.{one}" for one in names]
        text += _IMPORT_LATER.sub(
            lambda found: f'$later("{self._variable(found[1])}")', module.body
        )
        return f"{{\n{text}{self._variable(name)} = {{ {', '.join(exports)} }};\n}}\n"

    def _joined(self, modules: Iterable[str]) -> str:
        return ", ".join(map(self._variable, modules))

    def _variable(self, module: str) -> str:
        return f"${self._numbers[module]}"


@functools.lru_cache(maxsize=512)
def _parse(source: str) -> _Module:
    """Read a module.

    Raises:
        ValueError: it has another form than this module can join.
    """
    imports = {module: _names(names) for names, module in _IMPORT.findall(source)}
    reexports = {module: _names(names) for names, module in _REEXPORT.findall(source)}
    body = _REEXPORT.sub("", _IMPORT.sub("", source))
    declared = tuple(_EXPORT.findall(body))
    body = _EXPORT.sub("", body)
    if unknown := _UNKNOWN.search(body):
        raise ValueError(f"Scripts can't be joined with this line: {unknown[0]}")
    later = tuple(dict.fromkeys(_IMPORT_LATER.findall(body)))
    return _Module(imports, reexports, declared, later, body)


def _names(text: str) -> dict[str, str]:
    """Return what ``find, make as create`` imports: its names there, with those here."""
    pairs = (part.split(" as ") for part in text.split(",") if part.strip())
    return {there.strip(): (here or [there])[0].strip() for there, *here in pairs}
