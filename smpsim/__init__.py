"""smpsim: simulated previews of scalp micropigmentation."""

__version__ = "0.1.0"
