"""What a measurement was made on: the machine, who else used it, and the library."""

import platform
from pathlib import Path

import psutil
from msgspec import Struct

from aw_engine.inference.llama import build


class Machine(Struct, frozen=True):
    """`cores` are physical; `load` is the number of processes that wanted one in the minute before."""

    processor: str
    cores: int
    load: float
    library: str

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, load {self.load:.1f} · {self.library}"


def this_machine() -> Machine:
    """The machine as it is now."""
    return Machine(
        processor=f"{platform.system()} {_processor()}",
        cores=psutil.cpu_count(logical=False) or 1,
        load=psutil.getloadavg()[0],
        library=build(),
    )


def processor_seconds(pid: int) -> float:
    """Processor time that a process has spent so far."""
    spent = psutil.Process(pid).cpu_times()
    return spent.user + spent.system


def _processor() -> str:
    """The processor's name where Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
