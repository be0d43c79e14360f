"""bimcheck: does a building model hand over the community service rooms that the rules ask for?"""

__version__ = "0.1.0"
