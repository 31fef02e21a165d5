"""`redraft plugins`, `redraft trust`, and the options that choose plugins: with distributions that pip installed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import redraft as package
from redraft.errors import ExitCode

SOURCE = """
from redraft import evaluator, hookimpl

@evaluator("{name}")
def score(draft):
    return float("please" in draft.text)

@hookimpl
def redraft_evaluators():
    return [score]
"""
TRUSTED = SOURCE.format(name="politeness")


def project_of(folder: Path, name: str, source: str, *, group: str = "redraft") -> Path:
    """Write a distribution that pip can install."""
    module = name.replace("-", "_")
    folder.mkdir(parents=True)
    (folder / f"{module}.py").write_text(source, encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        f"""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name}"
version = "0.3"

[project.entry-points."{group}"]
{name.removeprefix("redraft-")} = "{module}"

[tool.hatch.build.targets.wheel]
include = ["{module}.py"]
""",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment of its own, in which all that this one has is there as well, without the network."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    found = folder / "bin" / "python"
    (site,) = folder.glob("lib/*/site-packages")
    paths = [str(Path(package.__file__).parents[1]), *(path for path in sys.path if path.endswith("site-packages"))]
    (site / "rest.pth").write_text("\n".join(paths), encoding="utf-8")
    return found


@pytest.fixture
def own(python, environment, project):
    """Call the command of that environment."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1"}
        env = {name: value for name, value in environment.items() if name != "PYTHONPATH"} | offline
        return subprocess.run(
            [python, "-m", "redraft", *arguments], env=env, cwd=project, capture_output=True, text=True,
            check=False, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return call


def rows(done) -> dict[str, dict]:
    assert done.returncode == ExitCode.DONE, done.stderr
    return {row["distribution"]: row for row in json.loads(done.stdout)}


def test_a_plugin_is_installed_shown_used_and_removed(own, tmp_path, project):
    kind = project_of(tmp_path / "kind", "redraft-kind", SOURCE.format(name="kindness"))
    done = own("plugins", "install", str(kind), "--json")
    assert rows(done)["redraft-kind"] == {
        "name": "kind", "distribution": "redraft-kind", "version": "0.3", "hooks": ["redraft_evaluators"],
        "provides": ["evaluators/kindness"], "error": None,
    }  # fmt: skip
    assert "redraft-kind 0.3, plugin 'kind': redraft_evaluators\n" in done.stderr
    torn = project_of(tmp_path / "torn", "redraft-torn", "raise RuntimeError('no luck')")
    again = own("plugins", "install", str(torn))
    assert again.returncode == ExitCode.PLUGIN
    assert "plugin 'torn' (redraft-torn): does not load: RuntimeError: no luck" in again.stderr
    wanted = "run", "-g", "sentence", "-i", "words=dog,ball", "-e", "kindness", "--rounds", "0", "--json"
    scores = {s["evaluator"]: s for s in json.loads(own(*wanted).stdout)["drafts"][0]["scores"]}
    assert (scores["kindness"]["value"], scores["kindness"]["error"]) == (0.0, None)
    assert own("plugins", "uninstall", "kind", "redraft-torn").returncode == ExitCode.DONE
    gone = own(*wanted)
    assert (gone.returncode, "no evaluator is named 'kindness'" in gone.stderr) == (ExitCode.DEFINITION, True)


def test_what_is_listed_can_be_chosen(redraft, tmp_path):
    env = installed(tmp_path / "site", SOURCE.format(name="kindness") + "raise RuntimeError('no luck')")
    failed = rows(redraft("plugins", "ls", "--json", "--failed", env=env))
    assert (failed["torn"]["error"]["phase"], "redraft" in failed) == ("import", False)
    hooked = rows(redraft("plugins", "ls", "--json", "--hook", "evaluators", env=env))
    assert ("torn" in hooked, "redraft" in hooked) == (False, True)
    without = rows(redraft("plugins", "ls", "-p", "no:torn", "--all", "--json", env=env))
    assert without["torn"]["error"] == {"phase": "blocked", "message": "switched off for this call"}
    used = redraft("run", "-g", "sentence", "-i", "words=dog", "-e", "kindness", "--no-plugins", env=env)
    assert used.returncode == ExitCode.PLUGIN
    assert "plugin 'torn' (torn): is switched off" in used.stderr


def test_what_has_no_plugin_is_removed_again_and_never_uninstalled_here(own, tmp_path):
    plain = project_of(tmp_path / "plain", "redraft-plain", "", group="elsewhere")
    done = own("plugins", "install", str(plain))
    assert done.returncode == ExitCode.USAGE
    assert "redraft-plain has no plugin for redraft, and was removed again" in done.stderr
    for name, said in [("pip", "'pip' is no installed plugin"), ("redraft", "redraft itself"), ("bultin", "bultin")]:
        refused = own("plugins", "uninstall", name)
        assert (refused.returncode, said in refused.stderr) == (ExitCode.USAGE, True)
    assert own("plugins", "install", "--", "--index-url").returncode == ExitCode.USAGE
    missing = own("plugins", "install", "redraft-no-such-plugin")
    assert missing.returncode == ExitCode.USAGE
    assert missing.stderr.splitlines()[-2].startswith("redraft: pip failed: ")


def test_a_file_of_a_project_runs_once_it_is_trusted(inside, project):
    file = project / "plugins" / "polite.py"
    file.parent.mkdir()
    file.write_text(TRUSTED, encoding="utf-8")
    wanted = "run", "-g", "sentence", "-i", "words=dog,ball", "-e", "politeness", "--rounds", "0", "--json", "--quiet"
    assert "trust: not trusted: run `redraft trust`" in inside("plugins", "ls").stdout
    refused = inside(*wanted)
    assert refused.returncode == ExitCode.PLUGIN
    assert "plugin 'polite' (polite.py): is not trusted" in refused.stderr
    assert "polite (polite.py) is not trusted" in inside("doctor").stdout
    (row,) = json.loads(inside("trust", "--json").stdout)
    assert (row["path"], row["hooks"], row["state"]) == (str(file), ["redraft_evaluators"], "trusted from now on")
    assert json.loads(inside("trust", str(file), "--json").stdout)[0]["state"] == "trusted already"
    done = inside(*wanted)
    assert done.returncode == ExitCode.DONE
    score = next(s for s in json.loads(done.stdout)["drafts"][0]["scores"] if s["evaluator"] == "politeness")
    assert (score["value"], score["error"]) == (0.0, None)
    file.write_text(TRUSTED + "\n", encoding="utf-8")
    assert inside(*wanted).returncode == ExitCode.PLUGIN
    assert json.loads(inside("trust", "--list", "--json").stdout)[0]["state"] == "has changed since: not trusted"
    assert json.loads(inside("untrust", "plugins", "--json").stdout) == [
        {"path": str(file), "state": "no longer trusted"}
    ]
    assert json.loads(inside("trust", "--list", "--json").stdout) == []
    assert inside("untrust").returncode == ExitCode.USAGE


def test_trust_is_asked_for_files_of_projects_alone(inside, project):
    (project / "tone.py").write_text(TRUSTED, encoding="utf-8")
    for arguments in (["trust"], ["trust", "tone.py"], ["trust", "nowhere"]):
        refused = inside(*arguments)
        assert (refused.returncode, refused.stdout) == (ExitCode.USAGE, "")


def test_the_options_may_stand_anywhere(subtests, inside):
    for arguments in (
        ["-p", "no:builtin", "evaluators", "ls", "--json"],
        ["evaluators", "-p", "no:redraft", "ls", "--json"],
        ["evaluators", "ls", "--json", "-pno:builtin"],
    ):
        with subtests.test(arguments=arguments):
            assert "coverage" not in {row["name"] for row in json.loads(inside(*arguments).stdout)}
    assert "coverage" in inside("evaluators", "ls", "--no-plugins").stdout
    assert json.loads(inside("plugins", "ls", "--json", "--no-plugins").stdout)[0]["name"] == "builtin"


SLIPS = [
    (["plugins", "ls", "-p", "no:bultin"], "no plugin is named 'bultin'. Did you mean 'builtin'?"),
    (["-p", "builtin", "plugins", "ls"], "'builtin' is not no:NAME"),
    (["plugins", "ls", "--hook", "evaluator"], "no hook is named 'evaluator'. Did you mean 'redraft_evaluators'?"),
    (["plugins", "install"], "NAME"),
]


def test_a_slip_is_one_message(subtests, inside):
    for arguments, said in SLIPS:
        with subtests.test(arguments=arguments):
            done = inside(*arguments)
            assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
            assert said in done.stderr


def test_first_party_plugins_that_are_not_installed_are_listed_with_all(inside, monkeypatch):
    monkeypatch.setattr("redraft.plugins.loading.FIRST_PARTY", {"redraft-tea": ("earl",)})
    listed = {row["distribution"]: row for row in json.loads(inside("plugins", "ls", "--all", "--json").stdout)}
    assert listed["redraft-tea"]["error"] == {
        "phase": "missing",
        "message": "not installed: run `redraft plugins install redraft-tea`",
    }
    assert "redraft-tea" not in inside("plugins", "ls").stdout


def installed(folder: Path, source: str) -> dict[str, str]:
    """Put a plugin where an installer would, and return the environment that sees it."""
    info = folder / "torn-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torn\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[redraft]\ntorn = torn\n", encoding="utf-8")
    (folder / "torn.py").write_text(source, encoding="utf-8")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    # The others that are installed here would only take time.
    return {"PYTHONPATH": path, "REDRAFT_PLUGINS": "torn,other"}


def test_what_a_plugin_writes_to_the_descriptor_of_stdout_stays_off_it(redraft, tmp_path):
    source = SOURCE.format(name="kindness") + "\nimport ctypes, os\nos.write(1, b'raw')\nctypes.CDLL(None).puts(b'c')\n"
    done = redraft("evaluators", "ls", "--json", env=installed(tmp_path / "site", source))
    assert "kindness" in {row["name"] for row in json.loads(done.stdout)}
    assert done.stderr == "rawc\n"


def test_a_persons_interrupt_is_not_taken_for_a_plugins(redraft, tmp_path):
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass\n"
    done = redraft("plugins", "ls", env=installed(tmp_path / "site", source))
    assert (done.returncode, done.stdout) == (ExitCode.INTERRUPTED, "")
    again = redraft("plugins", "ls", "--json", env=installed(tmp_path / "other", "raise KeyboardInterrupt"))
    assert rows(again)["torn"]["error"]["message"] == "KeyboardInterrupt"


def test_a_plugin_that_never_loads_is_named_while_the_command_waits(environment, project, tmp_path):
    source = "import time\nwhile True: time.sleep(0.05)\n"
    env = environment | installed(tmp_path / "site", source)
    command = [sys.executable, "-m", "redraft", "plugins", "ls"]
    with subprocess.Popen(command, env=env, cwd=project, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == (
            "redraft: waiting for plugin 'torn' (torn) to load; -p no:torn leaves it out\n"
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == ExitCode.INTERRUPTED
    assert (
        "blocked"
        in subprocess.run(
            [*command, "-p", "no:torn", "--all"], env=env, check=True, capture_output=True, text=True
        ).stdout
    )


def test_last_words_are_said_on_stdout_amid_an_import(environment, project, tmp_path):
    source = "import os, sys, time\nos.write(2, b'loading')\nwhile True: time.sleep(0.05)\n"
    env = environment | installed(tmp_path / "site", source)
    command = [sys.executable, "-m", "redraft", "run", "Go.", "--json"]
    with subprocess.Popen(command, env=env, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr.read(7) == b"loading"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert json.loads(out)["stop"]["check"] == "interrupted"


def test_two_plugins_of_one_name_are_told_apart(redraft, tmp_path):
    env = installed(tmp_path / "site", SOURCE.format(name="kindness"))
    info = tmp_path / "site" / "other-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[redraft]\ntorn = torn\n", encoding="utf-8")
    done = redraft("plugins", "show", "torn", env=env)
    assert (done.returncode, "2 plugins are named 'torn'\n  Write other or torn." in done.stderr) == (
        ExitCode.DEFINITION,
        True,
    )
    assert json.loads(redraft("plugins", "show", "other", "--json", env=env).stdout)["distribution"] == "other"


def commands(folder: Path, *names: str, code: str) -> dict[str, str]:
    for name in names:
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[redraft.commands]\nparrot = {name}:command\n", encoding="utf-8")
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


BROKEN_COMMANDS = [
    "raise RuntimeError('no luck')",
    "import sys; sys.exit(0)",
    "command = 7",
    "import no_such_module",
]


@pytest.mark.parametrize("code", BROKEN_COMMANDS)
def test_a_broken_command_is_one_message_and_harms_no_other(redraft, tmp_path, code):
    env = commands(tmp_path / "site", "bird", code=code)
    done = redraft("parrot", env=env)
    assert done.returncode == ExitCode.PLUGIN
    assert "bird (bird:command): its command could not be imported" in done.stderr
    assert "parrot" in redraft("--help", env=env).stdout


def test_two_plugins_with_one_command(redraft, tmp_path):
    env = commands(tmp_path / "site", "bird", "fish", code="def command():\n    print(__name__)\n")
    done = redraft("parrot", env=env)
    assert done.returncode == ExitCode.DEFINITION
    assert "Write 'bird:parrot' or 'fish:parrot'." in done.stderr
    assert redraft("fish:parrot", env=env).stdout == "fish\n"
    assert redraft("parrot", "-p", "no:fish", env=env).stdout == "bird\n"
    assert redraft("parrot", "--no-plugins", env=env).returncode == ExitCode.USAGE


def test_a_damaged_distribution_harms_little_and_is_named(redraft, tmp_path):
    info = tmp_path / "site" / "torn-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_bytes(b"\xff\xfe")
    (info / "entry_points.txt").write_bytes(b"\xff\xfe[redraft]")
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])}
    assert "coverage" in redraft("evaluators", "ls", env=env).stdout
    assert "critic" in redraft("agents", "ls", env=env).stdout
    assert "Did you mean 'run'" in redraft("rn", env=env).stderr
    # Networkx fails on it and cannot be imported: no graph can be read, and this says why.
    examined = redraft("doctor", env=env)
    assert examined.returncode == ExitCode.INTERNAL
    assert f"{info} is damaged" in examined.stdout
