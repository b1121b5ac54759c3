"""What `foramen serve` bears: ``python benchmarks/serve_load.py [--seconds N] [--connections N]`` (needs wrk).

Starts the server with two workers on a free port and posts different simulated cases, one after the other on each
connection, as fast as answers come. Prints a table for each detail: answers a second, time to the answer (median,
99th percentile), faults, memory of the workers at the beginning, middle and end; beside it, from the same run, the
same server's ``/healthz`` and the library called in one process without a server. The processor time of an answer
hangs least on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from assess_rate import measure, simulated_cases
from foramen.inference.engine import Engine
from foramen.records.case_writer import case_to_mapping

HERE = Path(__file__).parent
BARE = 150  # cases assessed without a server, for comparison


@contextmanager
def server(workers: int, *options: str) -> Iterator[tuple[str, int]]:
    """Address and process id of a server that answers."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "foramen.cli.main", "serve", "--port", str(port), "--workers", str(workers)]
    command += options
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(address + "/healthz", timeout=5).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the server ended at once") from None
                time.sleep(0.2)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def children(parent: int) -> list[str]:
    """Process ids of the workers of a server."""
    return Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()


def cpu_seconds(parent: int) -> float:
    """Processor time that all workers of a server have used."""
    ticks = 0
    for child in children(parent):
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(parent: int) -> float:
    """Resident memory of all workers of a server."""
    total = 0.0
    for child in children(parent):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text(encoding="ascii"))
        total += float(found[1]) / 1024 if found else 0.0
    return total


def load(address: str, parent: int, bodies: Path, seconds: int, connections: int) -> tuple[dict[str, Any], list[float]]:
    """What wrk measured, and the memory of the workers once a second."""
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(HERE / "serve_load.lua"),
    ]
    memory: list[float] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            memory.append(memory_mb(parent))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        done = subprocess.run([*command, address, "--", str(bodies)], check=True, capture_output=True, text=True)
    finally:
        ended.set()
        watcher.join()
    return json.loads(done.stdout.strip().splitlines()[-1]), memory


def healthz(address: str, connections: int) -> float:
    """Answers a second of the server's simplest address."""
    command = ["wrk", "-t1", f"-c{connections}", "-d5s", address + "/healthz"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found[1]) if found else float("nan")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--detail", choices=("summary", "full"), action="append", help="default: both")
    options = parser.parse_args()
    engine = Engine()
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before; drawing the cases ...", flush=True)
    cases = simulated_cases(engine, options.cases)
    with tempfile.TemporaryDirectory() as folder, server(options.workers) as (address, parent):
        bodies = Path(folder) / "cases.jsonl"
        bodies.write_text("".join(json.dumps(case_to_mapping(c)) + "\n" for c in cases), encoding="utf-8")
        head = "requests | answers/s | median | 99 % below | longest | faults | memory: begin, middle, end"
        peers = "library in one process, /healthz | CPU of an answer | of the library alone"
        print(f"| detail | {head} | {peers} |\n" + "|---" * 11 + "|")
        for detail in options.detail or ("summary", "full"):
            health = healthz(address, options.connections)
            measure(engine, cases[:BARE], detail)
            wall, times = measure(engine, cases[BARE : 2 * BARE], detail)
            target = f"{address}/api/v1/assess?detail={detail}"
            load(target, parent, bodies, max(5, options.seconds // 6), options.connections)  # fills what is kept
            before = cpu_seconds(parent)
            got, memory = load(target, parent, bodies, options.seconds, options.connections)
            cpu, alone = (cpu_seconds(parent) - before) / got["requests"] * 1e3, sum(times) / BARE
            rate, bare = got["requests"] / got["seconds"], BARE / wall
            faults = got["errors"] + got["refused"]
            grown = ", ".join(f"{memory[i]:.0f}" for i in (0, len(memory) // 2, -1))
            print(
                f"| {detail} | {got['requests']} | {rate:.0f} | {got['p50']:.0f} ms | {got['p99']:.0f} ms | "
                f"{got['longest']:.0f} ms | {faults} | {grown} MB | {bare:.0f}/s, {health:.0f}/s | "
                f"{cpu:.1f} ms | {alone:.1f} ms (server {cpu / alone:.2f} times it) |",
                flush=True,
            )
    print(f"load average {os.getloadavg()[0]:.1f} after")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
