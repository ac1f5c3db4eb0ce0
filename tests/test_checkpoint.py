"""Checkpoints, signatures and proofs, as users make them and as strangers check them."""

import errno
import json
import sqlite3
import stat
import subprocess
import sys
from base64 import b64decode, b64encode
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from command import ROOT, Run, typed, typed_on
from domain import clash, document
from hypothesis import given
from hypothesis import strategies as st

from timeline import BadCheckpoint, open_timeline
from timeline.evidence import tree
from timeline.evidence.checkpoint import (
    Checkpoint,
    Signature,
    Signer,
    Verifier,
    WrittenCheckpoint,
    new_key,
    parse,
)

# From the documents of Go's golang.org/x/mod/sumdb/note, which signs the checkpoints of its logs.
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
ALPHA = {"id": "local:alpha", "name": "Alpha", "kind": "city"}
HEAD = Checkpoint("example.com/log", 41, bytes(range(32)))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A folder with a store of three reports, in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    reports = [clash(key, f"2025-10-0{day}", quote="it is so") for day, key in enumerate("abc", 1)]
    typed("add", document(tmp_path, *reports, places=[ALPHA]), code=0)
    return partial(typed, code=0)


def more(run: Run, folder: Path, key: str) -> None:
    """File one report more."""
    told = clash(key, "2025-10-09", place="local:alpha")
    run("add", str(document(folder, told, places=[ALPHA], name=key)))


def strangers_word(proof: Path, code: int = 0) -> str:
    """What a program that has neither the log nor this project says of a proof."""
    program = [sys.executable, "-I", str(ROOT / "examples" / "check_proof.py"), str(proof)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_signatures_are_those_of_go(tmp_path: Path) -> None:
    """Keys and signatures are the ones of its documents, to the byte."""
    key = tmp_path / "key"
    key.write_text(PRIVATE)
    signer = Signer.load(key)
    assert str(signer.verifier) == PUBLIC == str(Verifier.parse(PUBLIC))
    assert signer.sign(TEXT) == f"{TEXT}\n— PeterNeumann {SIGNED}\n"
    raw = b64decode(SIGNED)
    line = Signature("PeterNeumann", raw[:4], raw[4:])
    Verifier.parse(PUBLIC).check(WrittenCheckpoint(HEAD, TEXT, (line,)))
    with pytest.raises(BadCheckpoint, match="changed after it was signed"):
        Verifier.parse(PUBLIC).check(WrittenCheckpoint(HEAD, TEXT + "x", (line,)))


def test_a_checkpoint_reads_back() -> None:
    """Signed by any number of keys, or by none; lines of other programs are passed over."""
    private, public = new_key("desk.example/us")
    assert private.startswith("PRIVATE+KEY+desk.example/us+")
    assert parse(HEAD.text().encode()) == WrittenCheckpoint(HEAD, HEAD.text(), ())
    witness = f"— witness.example {b64encode(bytes(80)).decode()}\n"
    extended = f"{HEAD.text()}an extension\n"
    note = parse(f"{extended}\n{witness}{witness}".encode())
    assert (note.checkpoint, note.text, len(note.signatures)) == (HEAD, extended, 2)
    with pytest.raises(BadCheckpoint, match=r"not signed by desk\.example/us"):
        public.check(note)
    _, unlucky = new_key("PRIVATE")  # a name that begins as a private key does
    assert type(unlucky).parse(str(unlucky)) == unlucky


BAD_NOTES = {
    "": "last line",
    "a\n1\n": "three lines",
    "a\n01\nAA==\n": "second line",
    "a\n-1\nAA==\n": "second line",
    "a\n١\nAA==\n": "second line",
    "a\n99999999999999999999\nAA==\n": "second line",
    "a\n9223372036854775808\nAA==\n": "so many",
    "a\n1\nAA==\n": "third line",
    f"a\n1\n{b64encode(bytes(32)).decode().rstrip('=')}\n": "third line",
    HEAD.text()[:-1]: "cut off",
    HEAD.text() + "\n- a AAAA\n": "no signature",
    HEAD.text() + "\n— a+b AAAAAAAA\n": "no signature",
    HEAD.text() + "\n— a AAAA\n": "damaged",
    HEAD.text().replace("\n", "\r\n"): "control",
    "x" * 70_000: "bytes",
}


@pytest.mark.parametrize("text", BAD_NOTES)
def test_what_is_no_checkpoint_is_refused_in_one_line(text: str) -> None:
    """The line says what is wrong with it."""
    with pytest.raises(BadCheckpoint, match=BAD_NOTES[text]) as refused:
        parse(text.encode())
    assert "\n" not in str(refused.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_is_taken_for_a_checkpoint_by_accident(content: bytes) -> None:
    """Whatever is read: a checkpoint that would be written so again, or a refusal."""
    try:
        note = parse(content)
    except BadCheckpoint:
        return
    assert content.decode().startswith(note.checkpoint.text())


@given(st.text(max_size=60))
def test_no_word_is_taken_for_a_key_by_accident(text: str) -> None:
    """A public key has the id that follows from it."""
    with pytest.raises(BadCheckpoint):
        Verifier.parse(text)
    with pytest.raises(BadCheckpoint):
        Verifier.parse(f"{text}+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")


def test_a_key_that_is_not_on_the_disk_is_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever were given the public one would wait for signatures that nobody can make."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    refused = run("checkpoint", "--new-key", "key", code=1)
    assert (refused.stdout, "key: No space left on device" in refused.stderr) == ("", True)
    assert not (tmp_path / "key").exists()


def test_a_private_key_is_not_shown_to_whom_it_does_not_concern(run: Run, tmp_path: Path) -> None:
    """Its file is for its owner alone, no file is written over, and no message repeats it."""
    public = run("checkpoint", "--new-key", "key", "--name", "desk.example/us").stdout
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert public.startswith("desk.example/us+")
    secret = (tmp_path / "key").read_text()
    assert run("checkpoint", "--new-key", "key", code=1).stderr.endswith(
        "key: File exists; name another file\n"
    )
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    run("checkpoint", "--new-key", "link", code=1)
    assert not (tmp_path / "elsewhere").exists()
    run("checkpoint", "-o", "head")
    refused = run("verify", "--against", "head", "--key", "key", code=1)
    assert "private key" in refused.stderr
    material = secret.strip().split("+", 4)[4]  # which may hold a plus itself, being base64
    assert material not in refused.output
    (tmp_path / "bad").write_text(secret[:-6])
    refused = run("checkpoint", "--key", "bad", code=1)
    assert material[:20] not in refused.output


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--against", "timeline.db"),
        ("checkpoint", "-o", "timeline.db"),
        ("checkpoint", "--key", "timeline.db"),
        ("prove", "--since", "timeline.db"),
    ],
    ids=" ".join,
)
def test_a_store_is_not_read_as_a_checkpoint_or_a_key(run: Run, words: tuple[str, ...]) -> None:
    """To open and close its file beside SQLite would drop the locks that keep it whole."""
    assert "is a store or a part of one" in run(*words, code=1).stderr


def test_a_public_key_signs_nothing(run: Run, tmp_path: Path) -> None:
    """Given for the private one it is not called damaged: no key to sign with is in that file."""
    (tmp_path / "public").write_text(run("checkpoint", "--new-key", "key").stdout)
    refused = run("checkpoint", "--key", "public", code=1)
    assert "public holds no key; make one with `checkpoint --new-key FILE`" in refused.stderr


def test_a_log_that_goes_on_from_its_checkpoint(run: Run, tmp_path: Path) -> None:
    """Signed once, shown later: the beginning is the same, and by whom it was signed."""
    public = run("checkpoint", "--new-key", "key").stdout.strip()
    run("checkpoint", "--key", "key", "-o", "head")
    more(run, tmp_path, "d")
    run("known", "Alpha")
    told = run("verify", "--against", "head", "--key", public)
    assert "whose signature is good" in told.stdout
    (tmp_path / "public").write_text(public + "\n")
    found = json.loads(
        run("verify", "--against", "head", "--key", "public", "--format", "json").stdout
    )
    assert (found["entries"], found["flaws"]) == (7, [])
    assert found["against"] == {"entries": 6, "same": True}
    assert found["view"] == {"entries": 7, "same": True}
    assert "nobody's signature" in run("verify", "--against", "head").stderr


@pytest.mark.parametrize("key", ["", "empty"])
def test_without_a_key_no_signature_is_called_good(run: Run, tmp_path: Path, key: str) -> None:
    """A key that says nothing, or an empty file, as a command that failed leaves one."""
    (tmp_path / "empty").touch()
    run("checkpoint", "-o", "head")
    refused = run("verify", "--against", "head", "--key", key, code=1)
    assert refused.stdout == ""
    assert "this is no public key" in refused.stderr


def test_a_log_that_was_rewritten_fails_in_words(run: Run, tmp_path: Path) -> None:
    """Exit 1, one line on what was before, and a checkpoint is not replaced by another history."""
    run("checkpoint", "-o", "head")
    before = (tmp_path / "head").read_text()
    for name in tmp_path.glob("timeline.db*"):
        name.unlink()
    more(run, tmp_path, "e")
    refused = run("verify", "--against", "head", code=1)
    assert ", in order\n" in refused.stdout  # as far as it goes by itself
    assert "are NOT those of the checkpoint" in refused.stdout
    assert "the checkpoint is of timeline/" in refused.stderr
    assert "NOT" in refused.stdout
    run("checkpoint", "-o", "head", code=1)
    assert (tmp_path / "head").read_text() == before


def test_a_checkpoint_is_replaced_by_a_later_one_and_nothing_else_is(
    run: Run, tmp_path: Path
) -> None:
    """A file that is no checkpoint stays as it is."""
    run("checkpoint", "-o", "head")
    more(run, tmp_path, "d")
    run("checkpoint", "-o", "head")
    assert parse((tmp_path / "head").read_bytes()).checkpoint.size == 7
    (tmp_path / "letter").write_text("dear all")
    run("checkpoint", "-o", "letter", code=1)
    assert (tmp_path / "letter").read_text() == "dear all"


def test_a_stranger_checks_a_proof(run: Run, tmp_path: Path) -> None:
    """Without the log: what the entry says, at which place, in the log of whom."""
    run("checkpoint", "--new-key", "key")
    run("checkpoint", "--key", "key", "-o", "head")
    more(run, tmp_path, "d")
    for words in (("b",), ("b", "--against", "head"), ("b", "--reveal"), ("b", "--version", "1")):
        run("prove", *words, "-o", "proof.json")
        assert '"id": "b"' in strangers_word(tmp_path / "proof.json")
    proof = json.loads((tmp_path / "proof.json").read_text())
    assert "it is so" not in b64decode(proof["leaf"]).decode("latin-1")


def test_a_stranger_reads_what_each_key_of_a_proof_holds(run: Run, tmp_path: Path) -> None:
    """The page tells of all of them, so that anybody can write a program that checks proofs."""
    page = (ROOT / "docs" / "tamper-evidence.md").read_text("utf-8")
    run("checkpoint", "-o", tmp_path / "old")
    for words in (("a", "--reveal"), ("--since", tmp_path / "old")):
        proof = json.loads(run("prove", *words).stdout)
        told = page[page.index(f"`{proof.pop('schema')}`") :].split("\n\n")[0]
        assert [key for key in proof if f"`{key}`" not in told] == []


def test_a_stranger_checks_a_proof_after_a_redaction(run: Run, tmp_path: Path) -> None:
    """Every proof holds, one that would reveal what is gone too; a field of nobody's does not."""
    run("prove", "b", "--reveal", "-o", "before.json")
    run("redact", "b", "quote", "--reason", "names somebody")
    assert "redacted" not in strangers_word(tmp_path / "before.json")
    said = "its quote is not shown, as one that was redacted, which this does not prove"
    for words in (("--version", "1"), ()):  # the last version is not the redaction
        run("prove", "b", *words, "--reveal", "-o", "proof.json")
        assert said in strangers_word(tmp_path / "proof.json")
    run("prove", "b", "--version", "2", "-o", "redaction.json")
    assert "names somebody" in strangers_word(tmp_path / "redaction.json")
    proof = json.loads((tmp_path / "proof.json").read_text())
    (tmp_path / "forged.json").write_text(json.dumps(proof | {"sealed": {"who": None}}))
    assert "does not hold" in strangers_word(tmp_path / "forged.json", code=1)


@pytest.mark.parametrize("more_reports", [0, 1, 2, 3, 5])
def test_a_stranger_checks_that_a_log_was_only_added_to(
    run: Run, tmp_path: Path, more_reports: int
) -> None:
    """Whatever the sizes; and refuses another root, another log, and a path cut short."""
    run("checkpoint", "-o", "head")
    for number in range(more_reports):
        more(run, tmp_path, f"m{number}")
    run("prove", "--since", "head", "-o", "proof.json")
    told = strangers_word(tmp_path / "proof.json")
    assert told.startswith("the 6 entries with the root ")
    assert f" are the first of the {6 + more_reports} of timeline/" in told
    proof = json.loads((tmp_path / "proof.json").read_text())
    name, size, _ = proof["old"].splitlines()
    other = b64encode(bytes(32)).decode()
    changes = [
        {"old": f"{name}\n{size}\n{other}\n"},
        {"old": proof["old"].replace(name, "timeline/0")},
        {"path": [*proof["path"], other]},
        {"path": proof["path"][1:]} if proof["path"] else {"path": [other]},
    ]
    for changed in changes:
        (tmp_path / "forged.json").write_text(json.dumps(proof | changed))
        assert "does not hold" in strangers_word(tmp_path / "forged.json", code=1)


def test_a_stranger_refuses_what_was_changed(run: Run, tmp_path: Path) -> None:
    """Another entry, place, hash, text, root, report, version or size: the proof does not hold."""
    run("prove", "b", "--reveal", "-o", "proof.json")
    proof = json.loads((tmp_path / "proof.json").read_text())
    leaf = b64decode(proof["leaf"])
    note = proof["checkpoint"].splitlines()
    salt, text = proof["sealed"]["quote"]
    changes = {
        "leaf": b64encode(leaf.replace(b"2025-10-02", b"2025-10-03")).decode(),
        "index": proof["index"] - 1,
        "path": proof["path"][1:],
        "checkpoint": "\n".join([note[0], note[1], b64encode(bytes(32)).decode(), ""]),
        "sealed": {"quote": [salt, f"{text} indeed"]},
        "report": "a",
        "version": proof["version"] + 1,
        "size": proof["size"] + 1,
    }
    for name, changed in changes.items():
        (tmp_path / "forged.json").write_text(json.dumps(proof | {name: changed}))
        assert "does not hold" in strangers_word(tmp_path / "forged.json", code=1)


def test_a_stranger_compares_the_root_with_a_checkpoint_of_their_own(
    run: Run, tmp_path: Path
) -> None:
    """Both sorts of proof tell it, as nobody vouches for it; without a proof one is asked for."""
    run("checkpoint", "-o", "head")
    _, size, root = (tmp_path / "head").read_text().splitlines()[:3]
    run("prove", "a", "--against", "head", "-o", "proof.json")
    assert f" of the {size} of timeline/" in (told := strangers_word(tmp_path / "proof.json"))
    assert f" with the root {root}: " in told
    run("prove", "--since", "head", "-o", "proof.json")
    assert strangers_word(tmp_path / "proof.json").rstrip().endswith(f" with the root {root}")
    program = [sys.executable, str(ROOT / "examples" / "check_proof.py")]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr[:13]) == (1, "which proof? ")


def test_a_stranger_says_what_is_no_proof(run: Run, tmp_path: Path) -> None:
    """A field that is gone, or of another kind, and what is no JSON: a line each."""
    run("prove", "b", "--reveal", "-o", "proof.json")
    proof = json.loads((tmp_path / "proof.json").read_text())
    forged = [
        json.dumps({key: one for key, one in proof.items() if key != name} | other)
        for name in ("leaf", "index", "path", "checkpoint", "sealed")
        for other in ({}, {name: 7}, {name: "é"})
        if (name, other) != ("sealed", {})
    ]
    for text in (*forged, "[]", "no JSON"):
        (tmp_path / "forged.json").write_text(text)
        said = strangers_word(tmp_path / "forged.json", code=1)
        assert said.startswith("the proof does not hold: "), text
        assert said.count("\n") == 1


def test_the_proof_that_a_log_was_only_added_to(run: Run, tmp_path: Path) -> None:
    """From an old checkpoint to one of now, checked without the log."""
    run("checkpoint", "-o", "head")
    more(run, tmp_path, "d")
    more(run, tmp_path, "e")
    proof = json.loads(run("prove", "--since", "head").stdout)
    old, new = (parse(proof[name].encode()).checkpoint for name in ("old", "checkpoint"))
    path = [b64decode(one) for one in proof["path"]]
    assert (old.size, new.size) == (6, 8)
    assert tree.is_consistent(old.size, new.size, old.root, new.root, path)


def test_what_is_not_in_a_checkpoint_cannot_be_proved_of_it(run: Run, tmp_path: Path) -> None:
    """A report of later, a version that is not there, a checkpoint of another log."""
    run("checkpoint", "-o", "head")
    more(run, tmp_path, "d")
    assert "not among the first 6" in run("prove", "d", "--against", "head", code=1).stderr
    assert "no version 2" in run("prove", "d", "--version", "2", code=1).stderr
    head = (tmp_path / "head").read_text().splitlines()
    (tmp_path / "forged").write_text("\n".join([*head[:2], b64encode(bytes(32)).decode(), ""]))
    assert "changed since" in run("prove", "a", "--against", "forged", code=1).stderr
    (tmp_path / "other").write_text("\n".join(["timeline/0", *head[1:], ""]))
    assert "of this log" in run("prove", "--since", "other", code=1).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--key", PUBLIC),
        ("checkpoint", "--new-key", "k", "-o", "head"),
        ("checkpoint", "--name", "us"),
        ("prove",),
        ("prove", "a", "--since", "head"),
        ("prove", "--since", "head", "--reveal"),
        ("prove", "a", "--against", "head", "--key", "k"),
    ],
)
def test_options_that_say_nothing_together_are_refused(run: Run, words: tuple[str, ...]) -> None:
    """As a question of usage, with what would be right."""
    assert run(*words, code=2).stderr.splitlines()[-1].startswith("Error: ")


def test_the_manifest_of_an_export_carries_the_head_of_its_basis(run: Run, tmp_path: Path) -> None:
    """Size and root of the log as far as the answer follows from it, whatever came later."""
    run("export", "situation", "Alpha", "--on", "2025-10-02", "-o", "one.csv")
    more(run, tmp_path, "d")
    run("export", "situation", "Alpha", "--on", "2025-10-02", "-o", "two.csv")
    one, two = (
        json.loads((tmp_path / f"{name}.csv.manifest.json").read_text()) for name in ("one", "two")
    )
    assert one["head"] == two["head"]
    size = one["head"]["size"]
    assert one["basis"].split("_")[1] == str(size)
    with open_timeline("timeline.db") as timeline, timeline.reading() as reader:
        assert b64decode(one["head"]["root"]) == tree.root(size, reader.tree())


def test_without_the_extra_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signatures alone need it: checkpoints and proofs do not."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert "[sign]" in run("checkpoint", "--new-key", "key", code=1).stderr
    run("checkpoint", "-o", "head")
    run("verify", "--against", "head")


def rolled_back(run: Run, folder: Path) -> None:
    """Put the log as it was before the last report in place of the log; its view stays."""
    log = folder / "timeline.db"
    run("known", "Alpha")
    before = log.read_bytes()
    more(run, folder, "d")
    run("known", "Alpha")
    with closing(sqlite3.connect(log)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log.rename(folder / "whole.db")
    log.write_bytes(before)


def test_an_end_that_was_cut_off_is_told_until_somebody_says_that_it_is_right(
    run: Run, tmp_path: Path
) -> None:
    """Without any checkpoint; the question that builds the view anew does not forget it."""
    rolled_back(run, tmp_path)
    gone = "its view had taken in 7 entries and the log has 6: the end of the log is gone"
    assert gone in run("verify", code=1).stderr
    assert "the end of the log is gone: its view had taken in 7" in run("status").stdout
    asked = run("known", "Alpha")
    assert "the end of the log is gone, see what `verify` says" in asked.stderr
    assert gone in run("verify", code=1).stderr
    assert json.loads(run("status", "--format", "json").stdout)["lost"] == 7
    run("status", "--max-lag", "9", code=1)
    assert "now the log is right as it is" in run("rebuild").stderr
    run("verify")
    assert json.loads(run("status", "--format", "json").stdout)["lost"] is None


def test_an_end_that_was_cut_off_and_written_anew_is_told_too(run: Run, tmp_path: Path) -> None:
    """What is filed afterwards does not hide it; the log as it was, put back, is in order."""
    rolled_back(run, tmp_path)
    log = tmp_path / "timeline.db"
    shorter = log.read_bytes()
    more(run, tmp_path, "e")
    told = run("verify", code=1).stderr
    assert "an earlier view had taken in other entries among the first 7" in told
    log.write_bytes((tmp_path / "whole.db").read_bytes())
    run("known", "Alpha")
    run("verify")
    assert json.loads(run("status", "--format", "json").stdout)["lost"] is None
    more(run, tmp_path, "f")
    run("known", "Alpha")
    log.write_bytes(shorter)  # once more, and now of more than before
    run("known", "Alpha")
    assert "its view had taken in 8 entries" in run("verify", code=1).stderr


@pytest.mark.parametrize("after", ["a", "e"])
def test_an_entry_that_was_changed_is_told_after_compacting_too(
    run: Run, tmp_path: Path, after: str
) -> None:
    """The view is the only witness, and `compact` builds it anew; `rebuild` says it is right so."""
    run("known", "Alpha")
    with closing(sqlite3.connect(tmp_path / "timeline.db")) as db, db:
        db.execute(
            "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'Alpha', 'Omega')"
            " AS BLOB) WHERE position = 4"
        )
    assert "entry 4: is not what it was when the view took it in" in run("verify", code=1).stderr
    run("compact")
    if after == "e":
        more(run, tmp_path, "e")
        run("known", "local:alpha")
    told = run("verify", code=1).stderr
    assert "an earlier view had taken in other entries among the first 6: some were chan" in told
    assert "others among the first 6 entries" in run("status", "--max-lag", "9", code=1).stderr
    assert "now the log is right as it is" in run("rebuild").stderr
    run("verify")


@pytest.mark.parametrize("others", ["e", "ef"])
def test_a_copy_that_went_on_elsewhere_is_answered_from_as_it_is(
    run: Run, tmp_path: Path, others: str
) -> None:
    """As long as the log whose place it took, or longer, so that its length tells nothing."""
    rolled_back(run, tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    copy, log = elsewhere / "timeline.db", tmp_path / "timeline.db"
    copy.write_bytes(log.read_bytes())
    for key in others:
        more(partial(typed_on, copy, code=0), elsewhere, key)
    expected = typed_on(copy, "known", "Alpha", "2025-10-09", "--format", "json", code=0)
    log.write_bytes(copy.read_bytes())
    asked = run("known", "Alpha", "2025-10-09", "--format", "json")
    assert asked.stdout == expected.stdout
    assert "the end of the log is another one, see what `verify` says" in asked.stderr
    assert not run("known", "Alpha").stderr
    told = run("verify", code=1).stderr
    assert "an earlier view had taken in other entries among the first 7" in told


def test_of_two_ends_that_were_cut_off_the_first_is_remembered(run: Run, tmp_path: Path) -> None:
    """So that the log as it was is in order, whatever was written in its place and lost again."""
    rolled_back(run, tmp_path)
    log = tmp_path / "timeline.db"
    shorter = log.read_bytes()
    run("known", "Alpha")
    for key in "ef":
        more(run, tmp_path, key)
        run("known", "Alpha")
        assert json.loads(run("status", "--format", "json").stdout)["lost"] == 7
    log.write_bytes(shorter)
    run("known", "Alpha")
    assert "its view had taken in 7 entries" in run("verify", code=1).stderr
    log.write_bytes((tmp_path / "whole.db").read_bytes())
    run("known", "Alpha")
    run("verify")


@pytest.mark.parametrize("seen", [b"no checkpoint", HEAD.text().encode()], ids=["words", "another"])
def test_what_is_remembered_of_no_log_or_of_another_is_passed_over(
    run: Run, tmp_path: Path, seen: bytes
) -> None:
    """A file may be damaged, or left of a log that was moved away."""
    (tmp_path / "timeline.db.view-seen").write_bytes(seen)
    run("known", "Alpha")
    run("verify")
    assert json.loads(run("status", "--format", "json").stdout)["lost"] is None


def test_a_view_without_its_tree_bears_no_witness(run: Run, tmp_path: Path) -> None:
    """What it had taken in cannot be told of what the log has; questions are answered."""

    def cut_down() -> None:
        [view] = tmp_path.glob("timeline.db.view-*-*[0-9]")
        with closing(sqlite3.connect(view)) as db, db:
            db.execute("DELETE FROM tile")

    rolled_back(run, tmp_path)
    cut_down()
    assert "its view had taken in 7 entries and it has 6" in run("known", "Alpha").stderr
    assert not (tmp_path / "timeline.db.view-seen").exists()
    rolled_back(run, tmp_path)
    run("known", "Alpha")
    more(run, tmp_path, "e")
    run("known", "Alpha")
    cut_down()
    assert json.loads(run("status", "--format", "json").stdout)["lost"] is None


def test_the_view_remembers_an_end_that_was_cut_off(run: Run, tmp_path: Path) -> None:
    """Without any checkpoint, as long as no question has built it anew."""
    more(run, tmp_path, "d")
    run("known", "Alpha")
    with closing(sqlite3.connect("timeline.db")) as db, db:
        db.execute("DELETE FROM stored_events WHERE position = 7")
    assert "the end of the log is gone" in run("verify", code=1).stderr
