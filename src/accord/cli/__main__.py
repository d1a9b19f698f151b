"""``python -m accord.cli``, for places where the console script is not on PATH."""

from accord.cli import main

if __name__ == "__main__":  # the server's processes import this module again
    main()
