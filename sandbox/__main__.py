"""Start a double with ``python -m sandbox ozmap|ixc``, without the rest of the product."""

from sandbox.cli import app

if __name__ == "__main__":
    app(prog_name="python -m sandbox")
