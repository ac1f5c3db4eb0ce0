"""Where the seeds lie: inside this package once it is installed, beside it in a checkout."""

from pathlib import Path


def seeds_folder() -> Path:
    """Return the folder that holds the shipped documents (`places.yaml`, `parties.yaml`, …).

    Raises FileNotFoundError when the installation has lost them.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "seeds", package.parent / "seeds"):
        if (folder / "places.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no seeds in {package}; install conflict-timeline again")
