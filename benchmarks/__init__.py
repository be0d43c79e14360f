"""How long whole checks take, beside what others take only to open the file: ``python -m benchmarks``."""
