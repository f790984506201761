"""`python -m coopeval` is the command line."""

from coopeval.cli import main

if __name__ == "__main__":  # the guard matters: processes that execute notebooks import this file again
    main()
