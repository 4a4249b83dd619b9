"""A command whose steps are commands of their own."""

from __future__ import annotations

from typing import Any, ClassVar

import click

from aw_training.errors import TrainingError


class Steps(click.Group):
    """The steps; `run` where none is named. What the person can put right is told without a traceback.

    `told` are the errors that say so. A machine that only trains has no engine, and so none of its errors.
    """

    told: ClassVar[tuple[type[Exception], ...]] = (TrainingError,)

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        if arguments and arguments[0].startswith("-") and arguments[0] not in context.help_option_names:
            arguments = ["run", *arguments]
        return super().parse_args(context, arguments)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except self.told as error:
            raise click.ClickException(str(error)) from error
