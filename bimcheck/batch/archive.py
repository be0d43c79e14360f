"""Zip archives as the public uploads them: names in any encoding, and sizes that may be lies.

A name in an archive never becomes a path: a member is unpacked under a clean name of its own into a folder made for it.
Sizes are bounded by what the archive declares and again while unpacking.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from bimcheck.batch.location import Location, unreachable
from bimcheck.batch.request import Request, file_name, refused
from bimcheck.errors import UnreadableModelError

MOST_MEMBERS = 20_000
MOST_BYTES = 4 << 30
MOST_RATIO = 200
"""Models pack five to thirty times; a thousand times is a bomb."""
_RATIO_MATTERS_BYTES = 64 << 20
_CHUNK = 1 << 20
_ENCRYPTED, _UNICODE_NAME = 0x1, 0x800


def list_archive(label: str, path: Location, models: tuple[str, ...]) -> Iterator[Request]:
    """One request for every model in an archive, readable or not; one for the archive where there is none."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        zh, en = f"压缩包 {label} 无法打开", f"the archive {label} cannot be opened"
        detail = type(error).__name__
        yield refused(label, path, f"{zh}（{detail}）", f"{en} ({detail})")
        return
    if len(members) > MOST_MEMBERS:
        zh, en = f"压缩包 {label} 内文件超过 {MOST_MEMBERS} 个", f"the archive {label} holds over {MOST_MEMBERS} files"
        yield refused(label, path, zh, en)
        return
    found = False
    for number, member in enumerate(members):
        name = _name(member)
        inner = f"{label}!/{name}"
        suffix = Path(file_name(name)).suffix.lower()
        parts = name.replace("\\", "/").split("/")
        hidden = parts[0] == "__MACOSX" or parts[-1].startswith(".")
        if member.is_dir() or hidden or suffix not in (*models, ".zip"):
            continue
        found = True
        if suffix == ".zip":
            yield refused(
                inner, path, f"{inner} 是压缩包中的压缩包，请先解开", f"{inner} is an archive in an archive; unpack it"
            )
        else:
            yield Request(inner, path, number)
    if not found:
        yield refused(label, path, f"压缩包 {label} 中没有模型", f"the archive {label} holds no model")


def unpack(path: Location, number: int, folder: Path) -> Path:
    """Unpack one member into an empty folder under a clean name.

    Raises:
        UnreadableModelError: it is encrypted, damaged, a link, or too large.
    """
    try:
        with path.open("rb") as whole, zipfile.ZipFile(whole) as archive:
            member = archive.infolist()[number]
            name = _name(member)
            _refuse_strange(member, name)
            target = folder / file_name(name)
            with archive.open(member) as packed, target.open("xb") as file:
                _copy(packed, file, member, name)
            return target
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, IndexError, NotImplementedError) as error:
        detail = type(error).__name__
        raise UnreadableModelError(
            f"压缩包中的文件损坏（{detail}）", f"the file in the archive is damaged ({detail})"
        ) from None
    except RuntimeError:  # zipfile's word for a missing password
        raise _encrypted(path.name) from None


def _copy(packed: object, file: object, member: zipfile.ZipInfo, name: str) -> None:
    size = 0
    while chunk := packed.read(_CHUNK):  # type: ignore[attr-defined] # both are binary files
        size += len(chunk)
        if size > MOST_BYTES or size > max(_RATIO_MATTERS_BYTES, member.compress_size * MOST_RATIO):
            raise _too_large(name)
        file.write(chunk)  # type: ignore[attr-defined] # both are binary files


def _refuse_strange(member: zipfile.ZipInfo, name: str) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise _encrypted(name)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableModelError(f"{name} 是链接，不是文件", f"{name} is a link, not a file")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableModelError(
            f"{name} 的压缩方式不支持，请用普通 zip 重新压缩",
            f"{name} is packed in an unusual way; pack it as plain zip",
        )
    if member.file_size > MOST_BYTES or (
        member.file_size > _RATIO_MATTERS_BYTES and member.file_size > member.compress_size * MOST_RATIO
    ):
        raise _too_large(name)


def _encrypted(name: str) -> UnreadableModelError:
    return UnreadableModelError(f"{name} 已加密，请去掉密码", f"{name} is encrypted; take the password off")


def _too_large(name: str) -> UnreadableModelError:
    return UnreadableModelError(
        f"{name} 解压后过大（可能是压缩炸弹），已拒绝",
        f"{name} unpacks to too much (a zip bomb, perhaps) and was refused",
    )


def _name(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: without the Unicode flag it is in the packer's own encoding, here mostly GBK."""
    if member.flag_bits & _UNICODE_NAME:
        return member.filename
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def digest(path: Location) -> tuple[str, int]:
    """The sha256 of a file and its size.

    Raises:
        UnreadableModelError: it cannot be read.
    """
    try:
        found, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                size += len(chunk)
        return found.hexdigest(), size
    except Exception as error:  # noqa: BLE001 # every file system has errors of its own
        raise unreachable(path, error) from None
