"""Speed and accuracy, each measured by one command; results with machine and versions."""
