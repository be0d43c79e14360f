"""Sample models, the description they are drawn from, and the script that writes them (``make.py``)."""
