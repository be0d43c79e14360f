"""A check in a process of its own: limits that hold, causes told apart, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bimcheck.errors import UnreadableModelError
from bimcheck.isolation import Job, Limits, Outcome, attempt, check_in_child, crash, joint_exit_code
from bimcheck.isolation.crash import crash_record, describe_exception
from bimcheck.isolation.supervise import outcome_of, start, watch
from bimcheck.text import Text

SAMPLE = Path(__file__).parents[1] / "sample_models" / "ground_share_48.frames.dxf"
JOB = Job((str(SAMPLE),), ("json",), "2026-01-01", stage="preliminary")
BIND = "from pathlib import Path; from bimcheck.isolation.limits import impose, Limits;"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX systems")


def end_of(code: str, folder: Path, limits: Limits) -> Outcome:
    """How a child that runs this code ends under the same watch as a check."""
    with (folder / "log.txt").open("wb") as log:
        child = start([sys.executable, "-c", textwrap.dedent(code)], log.fileno())
    return outcome_of(watch(child, folder, limits), JOB, folder, limits)


def alive(pid: int) -> bool:
    """Whether a process still runs (one that ended and was not collected does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait for something to come true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_sleeps_is_ended_at_the_time_limit(tmp_path: Path) -> None:
    began = time.monotonic()
    outcome = end_of("import time; time.sleep(60)", tmp_path, Limits(time_s=0.5))
    assert (outcome.cause, outcome.exit_code) == ("time", 2)
    assert time.monotonic() - began < 5
    assert outcome.message is not None
    assert "0.5" in outcome.message.en


def test_a_child_that_ignores_requests_to_end_is_ended_all_the_same(tmp_path: Path) -> None:
    code = "import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]; time.sleep(60)"
    assert end_of(code, tmp_path, Limits(time_s=0.5)).cause == "time"


def test_a_child_that_touches_too_much_memory_is_ended(tmp_path: Path) -> None:
    code = "blocks = []\nwhile True: blocks.append(bytearray(b'x' * (1 << 22)))"
    outcome = end_of(code, tmp_path, Limits(time_s=60, memory_mb=150))
    assert (outcome.cause, outcome.exit_code) == ("memory", 2)
    assert outcome.peak_memory_mb is not None
    assert outcome.peak_memory_mb >= 150


def test_memory_of_everything_a_child_starts_counts(tmp_path: Path) -> None:
    hungry = "import time; block = bytearray(b'x' * (60 << 20)); time.sleep(60)"
    code = f"""
        import subprocess, sys, time
        for _ in range(4): subprocess.Popen([sys.executable, "-c", {hungry!r}], start_new_session=True)
        time.sleep(60)
    """
    assert end_of(code, tmp_path, Limits(time_s=60, memory_mb=150)).cause == "memory"


def test_mapping_a_big_file_is_not_memory(tmp_path: Path) -> None:
    """Models are mapped whole; the limit is about what cannot be given back."""
    big = tmp_path / "big.ifc"
    with big.open("wb") as file:
        file.truncate(300 << 20)
    code = f"""
        import mmap, time
        pages = mmap.mmap(open({str(big)!r}, "rb").fileno(), 0, prot=mmap.PROT_READ)
        sum(pages[::4096])
        time.sleep(1)
    """
    folder = tmp_path / "folder"
    folder.mkdir()
    assert end_of(code, folder, Limits(time_s=60, memory_mb=100)).cause == "defect"  # it ended, and left no outcome


def test_a_sudden_claim_between_two_samples_is_refused_by_the_system(tmp_path: Path) -> None:
    code = BIND + "impose(Limits(memory_mb=100)); block = bytearray(1 << 30)"
    end_of(code, tmp_path, Limits(time_s=60, memory_mb=100))
    assert "MemoryError" in (tmp_path / "log.txt").read_text()


def test_processor_time_is_limited_even_with_nobody_watching(tmp_path: Path) -> None:
    code = BIND + "impose(Limits(time_s=0.2))\nwhile True: pass"
    outcome = end_of(code, tmp_path, Limits(time_s=60))
    assert (outcome.cause, outcome.exit_code) == ("processor", 2)


@pytest.mark.parametrize("target", ["sys.stdout", "sys.stderr", "open(sys.argv[1], 'w')"])
def test_a_flood_of_output_is_ended_wherever_it_goes(tmp_path: Path, target: str) -> None:
    code = f"""
        import sys
        sys.argv.append({str(tmp_path / "report.html")!r})
        out = {target}
        while True: out.write("x" * 65536)
    """
    outcome = end_of(code, tmp_path, Limits(time_s=60, output_mb=5))
    assert (outcome.cause, outcome.exit_code) == ("output", 2)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 2 << 30


def test_a_crash_in_native_code_is_told_from_a_kill_from_outside(tmp_path: Path) -> None:
    crash = end_of("import ctypes; ctypes.string_at(0)", tmp_path, Limits(time_s=60))
    assert (crash.cause, crash.exit_code) == ("crash", 4)
    assert crash.crash is not None
    assert crash.crash["signal"] == "SIGSEGV"
    abort = end_of("import os; os.abort()", tmp_path, Limits(time_s=60))
    assert (abort.cause, abort.exit_code) == ("crash", 4)
    killed = end_of("import os; os.kill(os.getpid(), 9)", tmp_path, Limits(time_s=60))
    assert (killed.cause, killed.exit_code) == ("killed", 2)


def test_a_child_that_leaves_without_a_word_is_a_defect(tmp_path: Path) -> None:
    for code in ("raise SystemExit(0)", "raise SystemExit(3)", "raise ValueError"):
        outcome = end_of(code, tmp_path, Limits(time_s=60))
        assert (outcome.cause, outcome.exit_code) == ("defect", 4)
        assert outcome.crash is not None


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("subprocess.Popen([sys.executable, '-c', WAIT])", "the same session"),
        ("subprocess.Popen([sys.executable, '-c', WAIT], start_new_session=True)", "a session of its own"),
        ("subprocess.Popen([sys.executable, '-c', DEEPER])", "a grandchild in a session of its own"),
    ],
)
def test_whatever_a_child_started_ends_with_it(tmp_path: Path, code: str, needed: str) -> None:
    pids = tmp_path / "pids"
    wait = f"import os, time; open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    deeper = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {wait!r}], start_new_session=True).wait()"
    )
    whole = f"import subprocess, sys, time\nWAIT = {wait!r}\nDEEPER = {deeper!r}\n{code}\ntime.sleep(60)"
    assert end_of(whole, tmp_path, Limits(time_s=2)).cause == "time"
    (pid,) = [int(line) for line in pids.read_text().split()]
    assert until(lambda: not alive(pid)), needed


def test_a_finished_check_leaves_no_process_behind(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    wait = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {wait!r}]); time.sleep(1)"
    end_of(code, tmp_path, Limits(time_s=60))
    assert until(lambda: not alive(int(pid.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child through /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_command_leaves_no_check_running(tmp_path: Path, number: signal.Signals) -> None:
    """Kill -9 of the supervisor is seen by the child; on SIGTERM and Ctrl-C the supervisor ends it."""
    code = f"""
        import sys
        from pathlib import Path
        from bimcheck.isolation.supervise import start, watch
        from bimcheck.isolation import Limits
        child = start([sys.executable, "-c", "from bimcheck.isolation.child import die_with_parent as d; d();"
                       "import os, time; open({str(tmp_path / "pid")!r}, 'w').write(str(os.getpid())); time.sleep(60)"],
                      2)
        import signal; signal.signal(signal.SIGTERM, lambda n, _: sys.exit(128 + n))
        watch(child, Path({str(tmp_path)!r}), Limits())
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as supervisor:
        assert until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        child = int((tmp_path / "pid").read_text())
        assert alive(child)
        supervisor.send_signal(number)
    assert until(lambda: not alive(child))


def test_a_real_check_gives_the_same_report_in_a_child_and_in_this_process(tmp_path: Path) -> None:
    (tmp_path / "child").mkdir()
    (tmp_path / "here").mkdir()
    steps: list[Text] = []
    child = check_in_child(JOB, tmp_path / "child", Limits(), steps.append)
    here = attempt(JOB, tmp_path / "here", Limits())
    assert (child.cause, child.exit_code, child.message) == ("judged", here.exit_code, None)
    assert child.summary == here.summary
    assert (tmp_path / "child/report.json").read_bytes() == (tmp_path / "here/report.json").read_bytes()
    assert len(steps) > 3, "the steps arrive while it works"


def test_a_model_that_cannot_be_read_and_a_wrong_brief_are_told_apart(tmp_path: Path) -> None:
    model = tmp_path / "empty.ifc"
    model.touch()
    brief = tmp_path / "brief.toml"
    brief.write_text("[project]\nhouseholdz = 3\n")
    for number, (job, cause) in enumerate(
        [(Job((str(model),), ("json",), "2026-01-01"), "model"),
         (Job((str(SAMPLE),), ("json",), "2026-01-01", brief=str(brief)), "request"),
         (Job((str(SAMPLE),), ("json",), "2026-01-01", ruleset="nowhere/1"), "request")]
    ):  # fmt: skip
        folder = tmp_path / str(number)
        folder.mkdir()
        outcome = check_in_child(job, folder, Limits())
        assert (outcome.cause, outcome.exit_code) == (cause, 2)
        assert outcome.crash is None


def test_a_library_that_crashes_in_the_middle_is_exit_4_with_the_place_of_the_crash(tmp_path: Path) -> None:
    """The signal arrives from outside at a random moment of a real check, as a fault inside a library would."""

    def shoot(step: Text) -> None:
        if "area" in step.en and not shot:
            shot.append(step)
            mine = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _parent(p) == os.getpid()]
            for pid in mine:
                if str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGSEGV)

    folder = tmp_path / "folder"
    folder.mkdir()
    shot: list[Text] = []
    outcome = check_in_child(JOB, folder, Limits(), shoot)
    assert (outcome.cause, outcome.exit_code) == ("crash", 4)
    assert outcome.crash is not None
    assert any(frame["file"].startswith("bimcheck/") for frame in outcome.crash["frames"])


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1


@pytest.mark.parametrize(
    "act",
    [
        "open(OUTSIDE, 'w')",
        "open(OUTSIDE, 'ab')",
        "os.open(OUTSIDE, os.O_CREAT | os.O_RDWR)",
        "os.rename(INSIDE, OUTSIDE)",
        "os.symlink('/etc/passwd', OUTSIDE)",
        "os.mkdir(OUTSIDE)",
        "os.remove(KEPT)",
        "Path(KEPT).chmod(0o777)",
        "socket.socket()",
        "socket.getaddrinfo('localhost', 80)",
        "subprocess.run(['/bin/true'])",
        "os.system('true')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_a_check_is_refused_what_it_has_no_business_with(tmp_path: Path, act: str) -> None:
    """Writing outside its folder, connections, processes: each is tried for real in a confined interpreter."""
    folder, kept = tmp_path / "own", tmp_path / "kept"
    folder.mkdir()
    (folder / "inside").touch()
    kept.write_text("mine")
    code = f"""
        import os, socket, subprocess
        from pathlib import Path
        from bimcheck.isolation.limits import confine
        INSIDE, OUTSIDE, KEPT = {str(folder / "inside")!r}, {str(tmp_path / "outside")!r}, {str(kept)!r}
        confine(Path({str(folder)!r}))
        Path(INSIDE).write_text("allowed")
        Path({str(folder / "x")!r}).mkdir()
        open(KEPT).read()
        try:
            {act}
        except PermissionError as error:
            print("refused", error)
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("refused")
    assert not (tmp_path / "outside").exists()
    assert kept.read_text() == "mine"


def test_a_check_does_not_run_code_that_lies_beside_the_model(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('code of a stranger')")
    (tmp_path / "model.dxf").write_bytes(SAMPLE.read_bytes())
    code = "import sys; sys.argv[0] = 'bimcheck'; from bimcheck.cli import main; main()"
    command = [sys.executable, "-P", "-c", code, "model.dxf", "--format", "json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode in (0, 1, 3), ran.stderr
    assert json.loads(ran.stdout)["model"]["file"] == "model.dxf"


def test_the_crash_file_says_where_and_with_what_but_nothing_of_the_model() -> None:
    in_the_model = "党群服务中心 secret room"

    def choke() -> None:
        try:
            raise KeyError(in_the_model)
        except KeyError as error:
            raise RuntimeError(f"cannot place {in_the_model}") from error

    with pytest.raises(RuntimeError) as caught:
        choke()
    record = crash_record(
        JOB, "defect", exceptions=describe_exception(caught.value), fault='  File "/x/y.py", line 3 in f'
    )
    text = json.dumps(record, ensure_ascii=False)
    assert "secret" not in text
    assert "党群" not in text
    assert [each["type"] for each in record["exceptions"]] == ["RuntimeError", "KeyError"]
    assert record["exceptions"][0]["frames"][-1]["function"] == "choke"
    assert record["models"] == [{"sha256": "".join(_sha256(SAMPLE)), "bytes": SAMPLE.stat().st_size, "suffix": ".dxf"}]
    assert record["versions"]["ifcopenshell"]
    assert record["frames"] == [{"file": "y.py", "line": 3, "function": "f"}]
    assert str(Path.home()) not in text


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_message_is_kept_where_it_is_a_constant_of_our_own_code() -> None:
    """The same words raised by foreign code could have been put together from the model."""
    foreign = textwrap.dedent("""
        def fail(): raise ValueError("a room without a floor")
    """)
    messages = []
    for file in (Path(crash.__file__), Path("/elsewhere/library.py")):
        names: dict[str, Callable[[], None]] = {}
        exec(compile(foreign, str(file), "exec"), names)  # noqa: S102 # code that stands in a file of our choice
        with pytest.raises(ValueError, match="a room") as caught:
            names["fail"]()
        messages.append(describe_exception(caught.value)[0]["message"])
    assert messages == ["a room without a floor", None]


def test_a_very_deep_recursion_makes_a_short_crash_record() -> None:
    def endless(depth: int) -> int:
        return endless(depth + 1) + 1

    with pytest.raises(RecursionError) as caught:
        endless(0)
    assert len(describe_exception(caught.value)[0]["frames"]) <= 60


def test_outcomes_survive_being_written_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    outcome = Outcome("model", 2, Text("坏文件", "a bad file"), seconds=1.5)
    outcome.write(tmp_path)
    assert Outcome.read(tmp_path) == outcome
    (tmp_path / "outcome.json").write_text('{"cause": "mod')
    assert Outcome.read(tmp_path) is None


def test_names_that_are_no_unicode_reach_the_child(tmp_path: Path) -> None:
    job = Job((os.fsdecode(b"/models/\xb5\xb3\xc8\xba.ifc"),), ("json",), "2026-01-01")
    job.write(tmp_path, Limits(time_s=3))
    assert Job.read(tmp_path) == (job, Limits(time_s=3))


@pytest.mark.parametrize(
    ("codes", "joint"),
    [([0], 0), ([0, 3], 3), ([0, 1, 3], 1), ([4, 1, 0], 4), ([2], 2), ([2, 2], 2), ([2, 0], 3), ([2, 3], 3),
     ([2, 1], 1), ([2, 4], 4)],
)  # fmt: skip
def test_the_worst_of_several_wins(codes: list[int], joint: int) -> None:
    """4, 1, 3, then 2 only where every model was unreadable, 0; unreadable among readable is at least 3."""
    assert joint_exit_code(codes) == joint


def test_an_error_for_the_user_is_no_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise UnreadableModelError("坏", "bad")

    monkeypatch.setattr("bimcheck.pipeline.review", refuse)
    assert attempt(JOB, tmp_path, Limits()).cause == "model"


def test_many_checks_can_be_watched_from_threads(tmp_path: Path) -> None:
    outcomes: dict[int, Outcome] = {}

    def one(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        outcomes[number] = end_of("import time; time.sleep(60)", folder, Limits(time_s=0.5 + number / 10))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {outcome.cause for outcome in outcomes.values()} == {"time"}
