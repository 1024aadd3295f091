"""Fuzzing: thousands of broken and odd files, of which none may bring the library down.

    python tests/fuzz/run.py --cases 20000 --seed 0         the long run
    python tests/fuzz/run.py --seed 0 --only 1234           one case again, with its traceback

Every case is one file (a photo, mask, drawing, treatment, sidecar, colour profile, project, pack or label) made from
the seed and its number: well-formed at first, then wrong in one to six places that the format knows. It must lead to
a result or to one clear line, within the time limit and 1 GiB, without a traceback, a file left behind or a word
printed. The cases run in worker processes under a watchdog: what hangs or dies costs one case. Failures are kept,
each with its file and how to run it again, and make the exit status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Answer = dict[str, Any]
#: the picture cases must come this far, else the run tests little
NEEDED_PAST_HEADER, NEEDED_RENDERED = 0.3, 0.1


class Worker:
    """A worker process that is started again after it has hung or died."""

    def __init__(self, seed: int, limit_s: float, script: Path = HERE / "worker.py") -> None:
        self._seed, self._limit_s, self._script = seed, limit_s, script
        self._process: subprocess.Popen[str] | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="smpsim-fuzz-")

    def run(self, number: int) -> Answer:
        """Try a case; an answer with a failure where none came back."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        hung = threading.Event()
        timer = threading.Timer(self._limit_s, lambda: (hung.set(), process.kill()))
        timer.start()
        begun = time.perf_counter()
        try:
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        timer.cancel()
        if line and not hung.is_set():
            answer: Answer = json.loads(line)
            return answer
        code = self.close()
        why = f"no answer within {self._limit_s:g} s" if hung.is_set() else f"the worker died with status {code}"
        return _lost(self._seed, number, why, time.perf_counter() - begun)

    def close(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        process.kill()
        process.stdin.close()
        process.stdout.close()
        return process.wait()

    def finish(self) -> None:
        """End the process and take its folder away."""
        self.close()
        self._scratch.cleanup()

    def _start(self) -> subprocess.Popen[str]:
        for left in Path(self._scratch.name).iterdir():
            left.unlink()
        command = [sys.executable, str(self._script), str(self._seed), self._scratch.name]
        # one thread each: the workers share the machine
        env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)


def _lost(seed: int, number: int, why: str, seconds: float) -> Answer:
    from cases import make_case

    case = make_case(seed, number)
    outcome = {"header": False, "rendered": False, "refused": False, "seconds": seconds, "peak_kb": 0, "failure": why}
    return {"number": number, "kind": case.kind, "by_command": case.by_command, **outcome}


def run_all(args: argparse.Namespace) -> list[Answer]:
    """Try all cases on some workers; failures are kept as they come."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(args.start, args.start + args.cases):
        waiting.put(number)
    answers: list[Answer] = []

    def work() -> None:
        worker = Worker(args.seed, args.limit)
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                worker.finish()
                return
            answer = worker.run(number)
            answers.append(answer)
            if answer["failure"]:
                _keep(args, answer)
            if len(answers) % 1000 == 0:
                print(f"{len(answers)} cases, {sum(bool(a['failure']) for a in answers)} failures", flush=True)

    threads = [threading.Thread(target=work) for _ in range(args.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _keep(args: argparse.Namespace, answer: Answer) -> None:
    """Write a failure's file, and how to run it again."""
    from cases import make_case

    case = make_case(args.seed, answer["number"])
    folder = args.failures / f"seed{args.seed}-{case.number}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / case.name).write_bytes(case.data)
    about = asdict(case) | {"data": None, "seed": args.seed, **answer}
    (folder / "case.json").write_text(json.dumps(about, indent=1), "utf-8")
    again = f"run again: python tests/fuzz/run.py --seed {args.seed} --only {case.number}"
    (folder / "failure.txt").write_text(f"{answer['failure']}\n{again}\n", "utf-8")


def show(answers: list[Answer], seconds: float) -> None:
    """Print the table."""
    heads = ("kind", "cases", "header", "rendered", "refused", "failed", "worst s", "MiB")
    print("{:10} {:>6} {:>7} {:>8} {:>7} {:>6} {:>8} {:>5}".format(*heads))
    for kind in (*sorted({answer["kind"] for answer in answers}), "command", "all"):
        some = [a for a in answers if kind in (a["kind"], "all") or (kind == "command" and a["by_command"])]
        if not some:
            continue
        counts = [sum(bool(a[key]) for a in some) for key in ("header", "rendered", "refused", "failure")]
        worst, peak = max(a["seconds"] for a in some), max(a["peak_kb"] for a in some) / 1024
        print(
            f"{kind:10} {len(some):6} {counts[0]:7} {counts[1]:8} {counts[2]:7} {counts[3]:6} {worst:8.2f} {peak:5.0f}"
        )
    header, rendered = reach(answers)
    print(
        f"of the photos and masks {header:.0%} got past the header and {rendered:.0%} were rendered; {seconds:.0f} s"
    )


def reach(answers: list[Answer]) -> tuple[float, float]:
    """Shares of the photos and masks that got past the header, and that were rendered."""
    pictures = [answer for answer in answers if answer["kind"] in ("photo", "mask")]
    count = max(len(pictures), 1)
    return sum(a["header"] for a in pictures) / count, sum(a["rendered"] for a in pictures) / count


def again(seed: int, number: int) -> None:
    """Try one case here and now; what it raises is shown."""
    from cases import make_case
    from tries import attempt

    case = make_case(seed, number)
    print(f"{case.kind} {case.name}, {len(case.data)} bytes, by command: {case.by_command}")
    with tempfile.TemporaryDirectory() as folder:
        print(attempt(case, Path(folder)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a case counts as hung")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="folder where failures are kept")
    parser.add_argument("--only", type=int, help="try this case alone, in this process")
    args = parser.parse_args()
    args.failures = args.failures.absolute()
    if args.only is not None:
        again(args.seed, args.only)
        return 0
    begun = time.perf_counter()
    answers = run_all(args)
    show(answers, time.perf_counter() - begun)
    header, rendered = reach(answers)
    failures = sum(bool(answer["failure"]) for answer in answers)
    if failures:
        print(f"{failures} failures are in {args.failures}")
    shallow = header < NEEDED_PAST_HEADER or rendered < NEEDED_RENDERED
    if shallow:
        print(f"too shallow: {NEEDED_PAST_HEADER:.0%} and {NEEDED_RENDERED:.0%} are needed")
    return int(bool(failures) or shallow)


if __name__ == "__main__":
    sys.exit(main())
