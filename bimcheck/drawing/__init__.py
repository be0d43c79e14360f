"""Drawing: a Review becomes shapes and labels, and those become SVG."""
