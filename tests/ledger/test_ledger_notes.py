"""Signed notes and checkpoints, held to the examples of their specifications and to another program's keys."""

import pytest

from incidents.ledger.checks import ledger_settings
from incidents.ledger.notes import Head, NoteError, PublicKey, SigningKey, checkpoint, opened

# From the documentation of golang.org/x/mod/sumdb/note.
GO_SIGNING_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey("example.org/ledger", bytes(range(32)))
HEAD = Head("example.org/ledger", 7, bytes(range(32, 64)))


def test_a_note_signed_by_another_program_is_read_and_signed_alike():
    key, public = SigningKey.parse(GO_SIGNING_KEY), PublicKey.parse(GO_PUBLIC_KEY)
    assert key.public == public
    assert str(public) == GO_PUBLIC_KEY
    assert key.text() == GO_SIGNING_KEY
    text = opened(GO_NOTE, [public])
    assert text.startswith("If you think cryptography")
    assert key.sign(text) == GO_NOTE


def test_a_checkpoint_has_the_lines_of_its_specification():
    note = KEY.sign(HEAD.text)
    lines = note.split("\n")
    assert lines[:2] == ["example.org/ledger", "7"]
    assert lines[3] == ""
    assert lines[4].startswith("— example.org/ledger ")
    assert checkpoint(note, [KEY.public]) == HEAD


def test_lines_after_the_third_and_signatures_of_strangers_are_passed_over():
    stranger = SigningKey("witness.example.net", bytes(32))
    note = KEY.sign(HEAD.text + "something more\n")
    cosigned = note + stranger.sign(HEAD.text + "something more\n").split("\n\n")[1]
    assert checkpoint(cosigned, [KEY.public]) == HEAD


def test_a_text_may_hold_an_empty_line():
    assert opened(KEY.sign("one\n\ntwo\n"), [KEY.public]) == "one\n\ntwo\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note.replace("example.org/ledger\n7", "example.net/ledger\n7"),
        lambda note: note[:-9] + ("A" if note[-9] != "A" else "B") + note[-8:],
        lambda note: note[:-9] + "*" + note[-9:],
        lambda note: note.split("\n\n")[0] + "\n",
        lambda note: note.split("\n\n")[0] + "\n\n",
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("— ", "- "),
        lambda note: note + "— someone\n",
        lambda note: note.replace("\n7\n", "\n7\t\n"),
        lambda note: "x" * 20_000 + note,
    ],
)
def test_a_note_that_was_changed_anywhere_is_refused(change):
    note = KEY.sign(HEAD.text)
    assert change(note) != note
    with pytest.raises(NoteError):
        checkpoint(change(note), [KEY.public])


@pytest.mark.parametrize(
    "text", ["a\n07\nAAAA\n", "a\n-1\n", "a\nseven\nx\n", f"a\n{'9' * 40}\nx\n", "a\n1\nAAAA\n", ""]
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteError):
        Head.parse(text)


def test_a_key_signs_for_its_own_log_alone():
    other = Head("another.example.org", 7, HEAD.root)
    with pytest.raises(NoteError, match="another log"):
        checkpoint(KEY.sign(other.text), [KEY.public])


def test_a_known_key_that_signed_wrongly_spoils_the_note_whoever_else_signed_rightly():
    second = SigningKey("example.org/second", bytes(32))
    right = second.sign(HEAD.text)
    wrong = KEY.sign("something else\n").split("\n\n")[1]
    with pytest.raises(NoteError, match="does not belong"):
        opened(right + wrong, [KEY.public, second.public])


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00000000+AAAA", GO_PUBLIC_KEY.replace("c74f20a3", "c74f20a4"), GO_PUBLIC_KEY[:-4], "a b+1+c"],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(NoteError):
        PublicKey.parse(text)
    with pytest.raises(NoteError):
        SigningKey.parse("PRIVATE+KEY+" + text)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\nbreak"])
def test_a_name_that_would_break_the_format_makes_no_key(name):
    with pytest.raises(NoteError):
        SigningKey.make(name)


def test_a_signing_key_does_not_show_itself():
    assert "seed" not in repr(KEY)
    assert KEY.text() not in repr(KEY)


@pytest.mark.parametrize(
    ("origin", "keys", "found"),
    [
        ("example.org/ledger", [str(KEY.public)], []),
        ("example.org/ledger", [], []),
        ("two words", [], ["ledger.E001"]),
        ("example.org/ledger", ["nonsense"], ["ledger.E002"]),
        ("example.net/ledger", [str(KEY.public)], ["ledger.E003"]),
    ],
)
def test_settings_that_do_not_fit_are_said_before_anybody_meets_them(settings, origin, keys, found):
    settings.LEDGER_ORIGIN, settings.LEDGER_PUBLIC_KEY = origin, keys
    assert [message.id for message in ledger_settings()] == found
