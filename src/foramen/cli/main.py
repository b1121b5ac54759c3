"""The command ``foramen``: it parses, calls and renders; every error is one line and an exit code.

Exit codes: 0 done, 1 internal error, 2 bad input, 3 contradictory findings, 4 knowledge at fault,
5 an optional part is missing, 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import Annotated, TextIO

import typer

from foramen.cli import ask, assess, check, findings, model, read_report, schema, serve, sources, treatments
from foramen.cli.screen import prepare_streams
from foramen.errors import ForamenError

app = typer.Typer(
    name="foramen",
    help="Pinched nerves in the lower back: how urgent, which root, what pinches it, why, and what next.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# the base of all errors about the command line itself; its home differs between releases of typer
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # a disk that is full, or gone
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


def _version(wanted: bool) -> None:
    if wanted:
        from foramen import __version__
        from foramen.knowledge.loader import load_knowledge

        typer.echo(f"foramen {__version__}, knowledge {load_knowledge().version}")
        raise typer.Exit()


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the versions and exit.")
    ] = False,
) -> None:
    """Foramen supports a clinician's judgement and never replaces it."""


app.command("assess")(assess.command)
app.command("ask")(ask.command)
app.command("findings")(findings.command)
app.command("sources")(sources.command)
app.command("read-report")(read_report.command)
app.command("treatments")(treatments.command)
app.command("check")(check.command)
app.command("serve")(serve.command)
app.add_typer(model.app, name="model")
app.command("schema")(schema.command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code. Nothing but the documented messages reaches the user."""
    prepare_streams()
    if sys.stdout is None:  # whatever were written would be lost, or land in the next file that is opened
        return _fail("standard output: it is closed", 1)
    if arguments is None:
        gc.set_threshold(100_000, 20, 20)  # a process that builds the model once has little to collect
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except ForamenError as error:
        return _fail(str(error), error.exit_code)
    except _UsageError as error:
        words = getattr(error, "format_message", error.__str__)()
        return _fail(words, 2) if words.strip() else 2
    except (KeyboardInterrupt, typer.Abort):
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader left; what it did not want must not become an error at exit
        _discard()
        return 0
    except OSError as error:
        if error.errno not in NO_ROOM:
            return _unforeseen(error)
        _discard()
        return _fail(f"standard output: cannot be written ({error.strerror})", 1)
    except Exception as error:
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    if os.environ.get("FORAMEN_DEBUG") == "1":
        raise error
    # the message of an unforeseen error could hold a patient's values, so only its kind is told
    return _fail(f"internal error ({type(error).__name__}); FORAMEN_DEBUG=1 shows where", 1)


def _discard(stream: TextIO | None = None) -> None:
    """What could not be written (to standard output unless said) must not become an error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def _fail(message: str, code: int) -> int:
    try:
        print(f"error: {' '.join(message.split())}", file=sys.stderr, flush=True)
    except OSError:  # nowhere left to say it but in the exit code
        _discard(sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
