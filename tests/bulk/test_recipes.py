"""The recipes of docs/batch.md run as they stand; only the cluster's address and number of workers are other ones."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml  # comes with distributed
from click.testing import CliRunner
from dask_cluster import free_port
from small_batch import write_photo

import smpsim
from smpsim.cli import main

TEXT = (Path(__file__).parents[2] / "docs/batch.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
PREVIEWS = ["previews/anna_smp.png", "previews/new/ben_smp.png"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shells of POSIX")


def block(language: str, number: int = 0) -> str:
    return [text for name, text in BLOCKS if name == language][number]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two photos below `photos`, a list of them, and the program on the path."""
    monkeypatch.chdir(tmp_path)
    for name in ("anna.png", "new/ben.png"):
        write_photo(Path("photos") / name, (24, 16))
    Path("photos.txt").write_text("photos/anna.png\nphotos/new/ben.png\n", "ascii")
    Path("bin").mkdir()
    script("smpsim", f'exec {shlex.quote(sys.executable)} -m smpsim "$@"')
    script("srun", 'exec "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")


def script(name: str, text: str) -> None:
    path = Path("bin") / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


def previews(folder: str = "previews") -> list[str]:
    return sorted(str(path) for path in Path(folder).rglob("*_smp.*"))


def run(*words: str, **environment: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | environment, check=False)
    assert done.returncode == 0, done.stderr


def commands(number: int) -> Iterator[list[str]]:
    for line in block("sh", number).replace("\\\n", " ").splitlines():
        yield shlex.split(line, comments=True)


@pytest.mark.parametrize("number", [0, 1])
def test_one_machine_and_resuming(number: int) -> None:
    for program, *words in commands(number):
        assert program == "smpsim"
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.stderr
    assert previews() == PREVIEWS


def test_python() -> None:
    Path("recipe.py").write_text(block("python"), "utf-8")
    run(sys.executable, "recipe.py")
    assert previews() == PREVIEWS


def test_a_sidecar() -> None:
    Path("photos/anna.toml").write_text(block("toml"), "utf-8")
    (result,) = smpsim.batch("photos/anna.png", "previews", treatments="{stem}.toml", jobs=1)
    assert result.stats is not None
    assert (result.stats.px_per_mm, result.stats.seed) == (11.4, 3)


@pytest.mark.parametrize("shard", [1, 40])
def test_slurm(shard: int) -> None:
    """The first of 40 shards has a photo, the last has none."""
    assert "#SBATCH --array=1-40" in block("bash")
    run("bash", "-c", block("bash"), SLURM_ARRAY_TASK_ID=str(shard))
    assert len(previews()) == (shard == 1)
    assert Path(f"run-{shard}.jsonl").exists()


def test_kubernetes() -> None:
    job = yaml.safe_load(block("yaml"))["spec"]
    (container,) = job["template"]["spec"]["containers"]
    (mount,) = container["volumeMounts"]
    recipe = " ".join(container["args"]).replace(f"{mount['mountPath']}/", "./")
    assert f"/{job['completions']} " in recipe
    Path("photos.txt").write_text("photos/anna.png\n", "ascii")
    run(*container["command"], recipe, JOB_COMPLETION_INDEX="0")
    assert previews() == ["previews/photos/anna_smp.png"]  # a list keeps its folders
    assert Path("run-0.jsonl").exists()


def test_snakemake() -> None:
    text = block("python", 1)
    (count,) = re.findall(r"SHARDS = (\d+)", text)
    command = ast.literal_eval("(" + re.findall(r'shell:\s*((?:"[^\n]*"\s*)+)', text)[0] + ")")
    names = {"wildcards": SimpleNamespace(k=2), "params": SimpleNamespace(n=count), "threads": 4}
    run("bash", "-c", command.format(input="photos.txt", **names))
    assert previews() == ["previews/photos/new/ben_smp.png"]
    assert Path("run-2.jsonl").exists()


def test_dask() -> None:
    lines = [line for line in commands(2) if line]
    assert [line[:2] for line in lines[:3]] == [["pip", "install"], ["dask", "scheduler"], ["dask", "worker"]]
    (_, host), (_, _, address, *options) = lines[1][2:], lines[2]
    assert address == f"tcp://{host}:8786"
    assert options[:2] == ["--nworkers", "4"]
    here = f"tcp://127.0.0.1:{free_port()}"
    starts = ["scheduler", "--host", here, "--no-dashboard"], ["worker", here, "--nworkers", "1", *options[2:]]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what, *rest],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for what, *rest in starts
    ]
    try:
        words = [word.replace(address, here).replace("/data/", "./") for word in lines[3][1:]]
        until = time.monotonic() + 60
        while (result := CliRunner().invoke(main, words)).exit_code == 2 and time.monotonic() < until:
            assert "no workers yet" in result.stderr or "no scheduler answers" in result.stderr
    finally:
        for process in started:
            process.terminate()
            process.wait()
    assert result.exit_code == 0, result.stderr
    assert previews() == PREVIEWS
