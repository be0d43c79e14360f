"""The command line: the only package that prints, writes files, exits or reads the clock.

Everything heavy is imported inside the commands, so that ``--version`` and ``--help`` answer at once.
"""

from __future__ import annotations

import click

from bimcheck import __version__
from bimcheck.cli.batch import batch
from bimcheck.cli.check import check
from bimcheck.cli.explain import layers, rulesets, schema, selftest
from bimcheck.cli.records import annotate, decide, init
from bimcheck.cli.watch import watch


class _Checks(click.Group):
    """A group whose default command is ``check``: what is no verb is a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for parameter in self.params for name in parameter.opts} | {"--help"}
        if args and args[0] not in self.commands and args[0] not in own:
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Checks, no_args_is_help=True)
@click.version_option(__version__, prog_name="bimcheck")
def main() -> None:
    """核对模型中的社区服务用房。Check community service rooms in IFC and DXF models.

    bimcheck MODEL...    审查模型 review models (see: bimcheck check --help)
    """


for _command in (check, batch, init, rulesets, selftest, schema, layers, decide, annotate, watch):
    main.add_command(_command)
