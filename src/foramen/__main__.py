"""``python -m foramen``: the command line."""

from foramen.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
