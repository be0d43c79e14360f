"""A Word template with Jinja tags (docxtpl): read, checked and filled in, in a sandbox.

Whatever a template makes the libraries raise is the template's fault and ends in one line that names it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bimcheck.errors import UsageError

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_PARAGRAPH = re.compile(r"<w:p(?=[ >])")
_MARKUP = re.compile(r"<[^>]+>")
_WORD_FILE = b"PK\x03\x04"


def check_template(path: Path, known: frozenset[str]) -> None:
    """Try a template before anything is to be written into it; ``known`` are the names its tags may use.

    What only filling it in can tell (a field that a row does not have) stays unseen here.

    Raises:
        UsageError: it cannot be read, is no Word file, has a tag that makes no sense or names nothing, or has no tag
            at all, so that every sheet made of it would be the same.
    """
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # the library carries no types

    document = DocxTemplate(io.BytesIO(_read(path)))
    try:
        document.init_docx()
        _parse(document.patch_xml(document.get_xml()))
        used = document.get_undeclared_template_variables(_sandbox())
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  archive, XML and tags may be wrong in any way
        raise _unusable(path, error) from None
    if unknown := sorted(used - known):
        names = ", ".join(unknown)
        raise UsageError(
            f"模板 {path} 用了不存在的标签：{names}（可用的见 docs/consent-template.md）",
            f"the template {path} has tags that name nothing: {names} (docs/consent-template.md lists them)",
        )
    if not used:
        raise UsageError(
            f"模板 {path} 没有任何标签，填不进审查结果（可用的见 docs/consent-template.md）",
            f"the template {path} has no tag to fill the review into (docs/consent-template.md lists them)",
        )


def fill(path: Path | None, context: Mapping[str, Any]) -> Any:  # noqa: ANN401  the library carries no types
    """The filled-in document, docxtpl's; ``None`` for the template that comes along.

    Raises:
        UsageError: the template cannot be used.
    """
    from docxtpl import DocxTemplate

    if path is not None:
        check_template(path, frozenset(context))
    document = DocxTemplate(io.BytesIO(_own() if path is None else _read(path)))
    try:
        document.render(dict(context), jinja_env=_sandbox())
    except MemoryError:
        raise
    except Exception as error:
        if path is None:
            raise
        raise _unusable(path, error) from None
    return document


def _parse(xml: str) -> None:
    """Parse the tags paragraph by paragraph, so that a slip is told with the words it stands in."""
    from jinja2 import TemplateSyntaxError

    paragraphs = _PARAGRAPH.sub(r"\n\g<0>", xml)
    try:
        _sandbox().from_string(paragraphs)
    except TemplateSyntaxError as error:
        there = _MARKUP.sub("", paragraphs.splitlines()[error.lineno - 1]).strip()
        raise ValueError(f"{error.message} – {there}" if there else error.message) from None


def _sandbox() -> SandboxedEnvironment:
    """Templates can show the sheet and do nothing else; a name that stands for nothing is an error."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _own() -> bytes:
    return resources.files("bimcheck.data").joinpath("templates", "consent.docx").read_bytes()


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"读不到模板 {path}：{error.strerror}", f"cannot read the template {path}: {error.strerror}"
        ) from None
    if not content.startswith(_WORD_FILE):
        raise UsageError(f"模板 {path} 不是 Word 文件（.docx）", f"the template {path} is no Word file (.docx)")
    return content


def _unusable(path: Path, error: Exception) -> UsageError:
    why = " ".join(str(error).split())[:300] or type(error).__name__
    return UsageError(f"模板 {path} 无法使用：{why}", f"the template {path} cannot be used: {why}")
