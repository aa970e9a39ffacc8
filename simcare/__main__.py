"""`python -m simcare`: the command line, where the `simcare` program is not on the path."""

from __future__ import annotations

from simcare.cli.main import main

if __name__ == "__main__":
    main()
