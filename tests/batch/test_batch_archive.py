"""Zip archives of strangers: names that climb, sizes that lie, and archives in archives."""

from __future__ import annotations

import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bimcheck.batch import archive as archives
from bimcheck.batch.archive import list_archive, unpack
from bimcheck.batch.gather import MODELS
from bimcheck.batch.request import Request, file_name
from bimcheck.errors import UnreadableModelError


def archive(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip file of these members, whatever they are named."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data, compression)
    return path


def listed(path: Path) -> list[Request]:
    """The inputs an archive stands for."""
    return list(list_archive(path.name, path, MODELS))


@pytest.mark.parametrize(
    "name", ["../../evil.ifc", "/etc/evil.ifc", "..\\..\\evil.ifc", "C:\\evil.ifc", "a/../../evil.ifc", "evil.ifc"]
)
def test_a_member_is_unpacked_into_its_folder_wherever_its_name_points(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path / "a.zip", {name: b"data"})
    folder = tmp_path / "x" / "y" / "z"
    folder.mkdir(parents=True)
    (request,) = listed(path)
    assert request.member is not None
    model = unpack(path, request.member, folder)
    assert model == folder / "evil.ifc"
    assert model.read_bytes() == b"data"
    assert sorted(each.name for each in tmp_path.rglob("*") if each.is_file()) == ["a.zip", "evil.ifc"]


@given(st.text(max_size=300))
def test_a_clean_name_is_one_plain_file_name(name: str) -> None:
    clean = file_name(name)
    assert Path(clean).name == clean
    assert clean not in ("", ".", "..")
    assert not clean.startswith(".")
    assert len(clean.encode()) <= 200
    assert not set('<>:"/\\|?*\0') & set(clean)
    assert all(unicodedata.category(c)[0] != "C" for c in clean)


def test_names_in_gbk_read_right(tmp_path: Path) -> None:
    """Windows here packs names in GBK without saying so."""
    path = archive(tmp_path / "a.zip", {"AAAAAAAA.ifc": b"data"})
    path.write_bytes(path.read_bytes().replace(b"AAAAAAAA", "党群中心".encode("gbk")))
    (request,) = listed(path)
    assert request.label == "a.zip!/党群中心.ifc"


def test_every_model_in_an_archive_is_an_input_and_other_files_are_not(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {"a.ifc": b"1", "sub/b.DXF": b"2", "sub/": b"", "note.txt": b"3", "__MACOSX/a.ifc": b"4", "sub/._b.dxf": b"5"},
    )
    assert [request.label for request in listed(path)] == ["a.zip!/a.ifc", "a.zip!/sub/b.DXF"]


def test_two_members_of_one_name_are_two_inputs(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.ifc", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a.ifc", b"second")
    found = []
    for number, request in enumerate(listed(path)):
        assert request.member is not None
        (tmp_path / str(number)).mkdir()
        found.append(unpack(path, request.member, tmp_path / str(number)).read_bytes())
    assert found == [b"first", b"second"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"not a zip", b"PK\x05\x06" + b"\xff" * 18]
)
def test_a_broken_or_empty_archive_is_one_input_with_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    (request,) = listed(tmp_path / "a.zip")
    assert request.problem is not None


def test_an_archive_in_an_archive_is_named_and_not_opened(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", {"a.ifc": b"1"}).read_bytes()
    (request,) = listed(archive(tmp_path / "a.zip", {"inner.zip": inner}))
    assert request.problem is not None
    assert "inner.zip" in request.problem.zh


def test_too_many_members_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 10)
    (request,) = listed(archive(tmp_path / "a.zip", {f"{n}.ifc": b"" for n in range(11)}))
    assert request.problem is not None


def refusal(path: Path, tmp_path: Path) -> str:
    """Why the only member of an archive was refused."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (request,) = listed(path)
    assert request.member is not None
    with pytest.raises(UnreadableModelError) as caught:
        unpack(path, request.member, folder)
    assert sum(each.stat().st_size for each in folder.iterdir()) < 200 << 20
    return caught.value.message.en


def test_a_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    assert "bomb" in refusal(archive(tmp_path / "a.zip", {"a.ifc": bytes(80 << 20)}), tmp_path)


def test_a_bomb_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.ifc": bytes(300 << 20)})
    size, lie = struct.pack("<L", 300 << 20), struct.pack("<L", 1 << 20)
    path.write_bytes(path.read_bytes().replace(size, lie))
    assert refusal(path, tmp_path)


def test_an_encrypted_member_is_named_as_such(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.ifc": b"data"})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert "encrypted" in refusal(path, tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.ifc")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    assert "link" in refusal(tmp_path / "a.zip", tmp_path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_plain_packing_is_unpacked(tmp_path: Path, compression: int) -> None:
    """Other ways let a small file ask for gigabytes of memory."""
    assert "plain" in refusal(archive(tmp_path / "a.zip", {"a.ifc": b"data"}, compression), tmp_path)


@pytest.mark.parametrize("place", [40, 60, 90])
def test_a_damaged_member_is_unreadable(tmp_path: Path, place: int) -> None:
    path = archive(tmp_path / "a.zip", {"a.ifc": bytes(range(256)) * 8})
    raw = bytearray(path.read_bytes())
    raw[place] ^= 0xFF
    path.write_bytes(raw)
    assert refusal(path, tmp_path)
