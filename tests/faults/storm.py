"""One fault after another, those that do not meet the same thing at the same time."""

import threading
import time
from collections.abc import Callable, Sequence

from tests.faults.drawing import Fault
from tests.faults.injecting import Injector

_LOOK_AHEAD = 200
"""As many as can pass while the broker is absent for a minute."""

_TURN_S = 0.05


class Storm:
    """``failed`` names the faults that could not be done."""

    def __init__(self, injector: Injector, report: Callable[[str], None]) -> None:
        self._injector, self._report = injector, report
        self._in_use: set[str] = set()
        self._lock = threading.Lock()
        self.failed: list[str] = []

    def rage(self, faults: Sequence[Fault], every: Callable[[int], None]) -> None:
        """All of ``faults``, in about their order: one whose target is busy lets others pass. ``every`` is told how
        many have begun after each.
        """
        waiting = list(faults)
        running: list[threading.Thread] = []
        while waiting:
            fault = self._next(waiting)
            if fault is None:
                time.sleep(_TURN_S)
                continue
            waiting.remove(fault)
            running.append(threading.Thread(target=self._do, args=(fault,), daemon=True))
            running[-1].start()
            every(len(running))
            time.sleep(fault.pause_s)
        for thread in running:
            thread.join()

    def _next(self, waiting: Sequence[Fault]) -> Fault | None:
        with self._lock:
            for fault in waiting[:_LOOK_AHEAD]:
                if not fault.needs & self._in_use:
                    self._in_use |= fault.needs
                    return fault
        return None

    def _do(self, fault: Fault) -> None:
        try:
            self._injector.inject(fault)
        except Exception as error:  # noqa: BLE001 whatever it was, it is told at the end
            self.failed.append(f"{fault}: {error!r}"[:400])
            self._report(f"could not be done: {fault}: {error!r}"[:400])
        finally:
            with self._lock:
                self._in_use -= fault.needs
