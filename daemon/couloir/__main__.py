"""`python -m couloir`."""

from couloir.cli import main

if __name__ == "__main__":
    main()
