"""``python -m resolutionflow``: the same command as ``resolutionflow``."""

from resolutionflow.cli import app

if __name__ == "__main__":
    app(prog_name="resolutionflow")
