"""``python -m smpsim``: the command line."""

from smpsim.cli import main

main(prog_name="smpsim")
