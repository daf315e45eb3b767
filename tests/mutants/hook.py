"""A pytest plugin (`-p tests.mutants.hook`) that lets one module be imported as a mutant: the one named in `MUTANT`.

It imports nothing that has to be patched first; the mutant's file is read, never written.
"""

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.mutants.catalogue import MUTANTS, Mutant


class _Loader(SourceFileLoader):
    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.path))
        self._mutant = mutant

    def get_code(self, _fullname: str) -> CodeType:
        source = self._mutant.applied(Path(self.path).read_text(encoding="utf-8"))
        return compile(source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, _path: object, _target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        return ModuleSpec(fullname, _Loader(self._mutant), origin=str(self._mutant.path))


_chosen = next(mutant for mutant in MUTANTS if mutant.name == os.environ["MUTANT"])
sys.meta_path.insert(0, _Finder(_chosen))
